/** Making a `Response`: every one of them carries CORS and the request's id. */
import type { ReplyClass } from '../platform.ts';
import { CORS_HEADERS } from './cors.ts';

/** The type of a stream of server-sent events. */
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';
/** The type of JSON, whole or in pieces. */
export const JSON_TYPE = 'application/json';

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
    'content-type': JSON_TYPE,
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

/** A body that goes on after its reply has left. */
export function streamReply(
  Reply: ReplyClass,
  contentType: string,
  body: ReadableStream<Uint8Array>,
  headers: ReplyHeaders,
): Response {
  const type = { 'content-type': contentType };
  return new Reply(body, { headers: { ...type, ...UNBUFFERED, ...CORS_HEADERS, ...headers } });
}
