/** A message's content as the native protocol takes it: one text, and attachments beside it. */
import { GatewayError } from '../../core/error.ts';
import type { ContentPart } from '../../core/request.ts';
import type { Attachment } from '../../core/upstream.ts';
import type { JsonObject } from '../../lib/json.ts';
import { fileName, guessMediaType, isOnPoe } from '../poe-shared/files.ts';

/** All text parts, as paragraphs: clients send blocks that were never meant to touch. */
export function joinText(parts: readonly ContentPart[]): string {
  return parts
    .flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : []))
    .join('\n\n');
}

/**
 * The parts that are no text, as Poe knows them.
 *
 * @throws {GatewayError} when a file is neither uploaded nor on Poe's host: a mistake of ours.
 */
export function wireAttachments(
  parts: readonly ContentPart[],
  attachments: ReadonlyMap<string, Attachment> | undefined,
): readonly JsonObject[] {
  return parts.flatMap((part) => {
    if (part.type === 'text') return [];
    const uploaded = attachments?.get(part.url);
    if (uploaded) return [wireAttachment(uploaded)];
    if (!isOnPoe(part.url))
      throw new GatewayError('internal', 'A file of the request was not uploaded to Poe.');
    const mediaType = guessMediaType(part);
    return [wireAttachment({ url: part.url, mediaType, name: fileName(part, mediaType) })];
  });
}

function wireAttachment({ url, mediaType, name }: Attachment): JsonObject {
  return { url, content_type: mediaType, name };
}
