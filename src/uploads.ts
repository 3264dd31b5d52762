/**
 * Files of a request that Poe must have before it is asked natively: uploaded once, and used again
 * for the same content and the same key. Links are given to Poe to fetch; nothing is fetched here.
 */
import type { Config } from './config.ts';
import { GatewayError } from './core/error.ts';
import type { GenerationRequest } from './core/request.ts';
import type { Attachment, UpstreamCall } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import { digestOf } from './lib/digest.ts';
import type { Platform } from './platform.ts';
import type { Spacing } from './policy/spacing.ts';
import {
  buildLinkedUpload,
  buildUpload,
  decodeDataUrl,
  fileName,
  type FilePart,
  isOnPoe,
  readUpload,
} from './upstreams/poe-upload/index.ts';

/** More files than any conversation shows a bot. */
const MOST_FILES = 100;
/** Uploads of one request under way at once: Workers allow six connections. */
const AT_ONCE = 3;
/** Poe's words about an upload are read no further than this, in bytes. */
const REPLY_LIMIT = 64 * 1024;
/** What an entry of the memory weighs beside its address, in bytes. */
const ENTRY_SIZE = 400;

/** What Poe has of a request's files. */
export interface Uploads {
  /**
   * Uploads what Poe does not have yet.
   *
   * @returns By the `url` of the content part.
   * @throws {GatewayError} when a file is too large or broken, or Poe does not take it.
   */
  attach(
    request: GenerationRequest,
    key: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Attachment>>;
}

interface Kept {
  readonly attachment: Attachment;
  readonly until: number;
  readonly size: number;
}

/** One memory for an app. */
export function createUploads(config: Config, platform: Platform, spacing?: Spacing): Uploads {
  const kept = new Map<string, Kept>();
  let size = 0;

  function recall(id: string): Attachment | undefined {
    const entry = kept.get(id);
    if (!entry || entry.until <= platform.now()) return undefined;
    // Moved to the end: what has not been used for longest is at the front.
    kept.delete(id);
    kept.set(id, entry);
    return entry.attachment;
  }

  function remember(id: string, attachment: Attachment): void {
    if (config.urlCacheTtl === 0) return;
    forget(id);
    const weight = ENTRY_SIZE + 2 * (attachment.url.length + attachment.name.length);
    kept.set(id, { attachment, until: platform.now() + config.urlCacheTtl, size: weight });
    size += weight;
    for (const oldest of kept.keys()) {
      if (size <= config.urlCacheSize) break;
      forget(oldest);
    }
  }

  function forget(id: string): void {
    size -= kept.get(id)?.size ?? 0;
    kept.delete(id);
  }

  async function send(
    call: UpstreamCall,
    file: Omit<Attachment, 'url'>,
    key: string,
    signal: AbortSignal,
  ): Promise<Attachment> {
    try {
      if (spacing) await spacing.turn(platform.now() + config.timeout, signal);
      const reply = await platform.send(call, signal);
      return readUpload(reply, await readReplyText(reply, REPLY_LIMIT), file, key);
    } catch (cause) {
      const error = connectionError(signal.aborted ? signal.reason : cause, 'before');
      // Whose fault it is not: another way may do without the upload.
      if (signal.aborted || !error.retryable || error.kind === 'rate-limited') throw error;
      const { kind, message, retryAfter } = error;
      throw new GatewayError(kind, message, { code: 'upload_failed', retryAfter });
    }
  }

  async function upload(part: FilePart, key: string, signal: AbortSignal): Promise<Attachment> {
    const target = { url: config.poeUploadUrl, key };
    const idOf = (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
      digestOf(bytes, platform.digest);
    const linked = !/^data:/i.test(part.url);
    const { bytes, mediaType } = linked
      ? { bytes: new TextEncoder().encode(part.url), mediaType: '' }
      : decodeDataUrl(part.url, config.maxRequestSize);
    const name = fileName(part, mediaType);
    // Of one caller's files another learns nothing, not even that Poe has them.
    const [owner, content] = await Promise.all([
      idOf(new TextEncoder().encode(`${key} ${name} ${mediaType}`)),
      idOf(bytes),
    ]);
    const id = `${owner}${content}`;
    const known = recall(id);
    if (known) return known;
    const call = linked
      ? buildLinkedUpload({ url: part.url, name }, target)
      : buildUpload({ bytes, mediaType, name }, `poeway${platform.randomId()}`, target);
    const attachment = await send(call, { mediaType, name }, key, signal);
    remember(id, attachment);
    return attachment;
  }

  return {
    async attach(request, key, signal) {
      const parts = new Map<string, FilePart>();
      for (const { content } of request.messages)
        for (const part of content)
          if (part.type !== 'text' && !isOnPoe(part.url)) parts.set(part.url, part);
      if (parts.size > MOST_FILES) {
        const words = `The request has ${parts.size} files. Send at most ${MOST_FILES}.`;
        throw new GatewayError('invalid-request', words, { param: 'messages' });
      }
      const attachments = new Map<string, Attachment>();
      const waiting = [...parts.values()];
      const work = async (): Promise<void> => {
        for (let part = waiting.shift(); part; part = waiting.shift())
          attachments.set(part.url, await upload(part, key, signal));
      };
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, work));
      } finally {
        // After a failure the rest is uploaded for nothing.
        waiting.length = 0;
      }
      return attachments;
    },
  };
}
