/**
 * What is told of a file's content: its size, a digest, and the beginning of a text.
 */
import { createHash } from 'node:crypto';
import type { Content } from '../prompt.ts';

const EXCERPT_LENGTH = 200;

/** SHA-256 in hex. */
export function digestOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Facts about these bytes. */
export function contentOf(bytes: Buffer, contentType: string): Content {
  const isText = /^text\/|json|xml|yaml/.test(contentType);
  return {
    size: bytes.length,
    digest: digestOf(bytes),
    excerpt: isText ? bytes.toString('utf8').slice(0, EXCERPT_LENGTH) : undefined,
  };
}

/** The media type and bytes of a `data:` URL; undefined for any other. */
export function dataUrl(url: string): { contentType: string; bytes: Buffer } | undefined {
  const match = /^data:([^;,]*)[^,]*?(;base64)?,([^]*)$/i.exec(url);
  if (!match) return undefined;
  const [, contentType = '', base64, payload = ''] = match;
  const bytes = base64 ? Buffer.from(payload, 'base64') : Buffer.from(decodeURIComponent(payload));
  return { contentType: contentType || 'text/plain', bytes };
}
