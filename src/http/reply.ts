/** Making a `Response`: every one of them carries CORS and the request's id. */
import type { ReplyClass } from '../platform.ts';
import { CORS_HEADERS } from './cors.ts';

/** Header names in lower case. */
export type ReplyHeaders = Readonly<Record<string, string>>;

/** @param json What `JSON.stringify` takes. */
export function jsonReply(
  Reply: ReplyClass,
  status: number,
  json: unknown,
  headers: ReplyHeaders,
): Response {
  return textReply(Reply, status, JSON.stringify(json), {
    'content-type': 'application/json',
    ...headers,
  });
}

/** A body that is text already. */
export function textReply(
  Reply: ReplyClass,
  status: number,
  text: string,
  headers: ReplyHeaders,
): Response {
  return new Reply(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...CORS_HEADERS, ...headers },
  });
}

/** They keep proxies from buffering a stream or re-encoding it. */
const UNBUFFERED: ReplyHeaders = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** A stream of server-sent events. */
export function eventStreamReply(
  Reply: ReplyClass,
  body: ReadableStream<Uint8Array>,
  headers: ReplyHeaders,
): Response {
  const type = { 'content-type': 'text/event-stream; charset=utf-8' };
  return new Reply(body, { headers: { ...type, ...UNBUFFERED, ...CORS_HEADERS, ...headers } });
}

/** JSON that comes in pieces. */
export function jsonStreamReply(
  Reply: ReplyClass,
  body: ReadableStream<Uint8Array>,
  headers: ReplyHeaders,
): Response {
  const type = { 'content-type': 'application/json' };
  return new Reply(body, { headers: { ...type, ...UNBUFFERED, ...CORS_HEADERS, ...headers } });
}
