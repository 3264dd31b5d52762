/**
 * A Poe made of recorded bytes: the platform that tests give to the app. Replies are replayed
 * whole, byte by byte, or cut at random places; the clock stands still and ids count up, so every
 * run gives the same reply.
 */
import type { UpstreamCall } from '../../src/core/upstream.ts';
import type { LogFields, LogLevel, Platform, UpstreamReply } from '../../src/platform.ts';
import { learnRequest, searchOutput } from '../canaries.ts';

/** The time on the platform's clock: 2026-01-01T00:00:00Z. */
const NOW = 1_767_225_600_000;

/** What Poe answers to one call. */
export interface RecordedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Uint8Array[];
}

/** One line that the app logged. */
interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A platform, and what the app did with it. */
export interface ReplayPlatform extends Platform {
  readonly calls: readonly UpstreamCall[];
  readonly lines: readonly LogLine[];
}

/** @param answer Gives the reply to each call; may throw, as a broken connection does. */
export function replayPlatform(
  answer: (call: UpstreamCall, signal: AbortSignal) => RecordedReply | Promise<RecordedReply>,
): ReplayPlatform {
  const calls: UpstreamCall[] = [];
  const lines: LogLine[] = [];
  let ids = 0;
  return {
    calls,
    lines,
    async send(call, signal) {
      calls.push(call);
      learnRequest(new Headers(call.headers), call.body);
      return replay(await answer(call, signal));
    },
    Response,
    now: () => NOW,
    randomId: () => String(++ids).padStart(24, '0'),
    digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    log(level, message, fields = {}) {
      lines.push({ level, message, fields });
      searchOutput('the app', JSON.stringify([message, fields]));
    },
  };
}

/** One reply, read chunk by chunk; nothing more comes once it was cancelled. */
function replay({ status, headers, chunks }: RecordedReply): UpstreamReply {
  let next = 0;
  const end = (): void => {
    next = chunks.length;
  };
  return {
    status,
    header: (name) => headers[name],
    read: async () => chunks[next++],
    discard: end,
    cancel: end,
  };
}

/** A 200 with the content type of a stream. */
export function streamReply(...chunks: readonly (string | Uint8Array)[]): RecordedReply {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
  return { status: 200, headers, chunks: chunks.map(bytesOf) };
}

/** A JSON reply in one chunk. */
export function jsonReply(json: unknown, status = 200): RecordedReply {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, chunks: [bytesOf(JSON.stringify(json))] };
}

/** UTF-8. */
export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

/** A way to replay: the same bytes, cut into chunks in one or several ways. */
export interface Cutting {
  readonly name: string;
  cut(bytes: Uint8Array): readonly (readonly Uint8Array[])[];
}

/** Every way in which a reply is replayed. */
export const CUTTINGS: readonly Cutting[] = [
  { name: 'whole', cut: (bytes) => [[bytes]] },
  {
    name: 'byte by byte',
    cut: (bytes) => [Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))],
  },
  {
    name: 'cut at random places',
    cut: (bytes) => [1, 2, 3, 4, 5].map((seed) => cutRandomly(bytes, seed)),
  },
];

/** Chunks of 1 to 40 bytes, some of them empty: networks give those too. */
export function cutRandomly(bytes: Uint8Array, seed: number): readonly Uint8Array[] {
  const random = seededRandom(seed);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    if (random() < 0.1) chunks.push(new Uint8Array());
    const length = 1 + Math.floor(random() * 40);
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

/** Numbers from 0 to below 1, always the same ones for a seed (Mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The payloads of a stream: parsed JSON, or the text when it is none (`[DONE]`). An event may have its
 * type in a line of its own, which must be the payload's.
 */
export function payloads(stream: string): readonly unknown[] {
  if (stream !== '' && !stream.endsWith('\n\n')) throw new Error('The last frame is not whole.');
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [, name, data] = /^(?:event: ([^\n]*)\n)?data: ([^\n]*)$/.exec(frame) ?? [];
      if (data === undefined) throw new Error(`Not one line of data: ${frame}`);
      if (data === '[DONE]') return data;
      const payload = JSON.parse(data) as { readonly type?: unknown };
      if (name !== undefined && name !== payload.type) throw new Error(`Not a ${name}: ${data}`);
      return payload;
    });
}
