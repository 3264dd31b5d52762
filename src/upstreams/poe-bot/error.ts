/**
 * The native protocol's errors. They come as an event of a stream that began with status 200, as
 * often as with a status of their own, and say whether trying again is allowed.
 */
import { type ErrorKind, GatewayError } from '../../core/error.ts';
import type { ReplyHead } from '../../core/upstream.ts';
import { readSse } from '../../http/sse-read.ts';
import { isJsonObject, parseJson } from '../../lib/json.ts';
import { readPoeErrorObject, readPoeErrorReply } from '../poe-shared/error.ts';

/** Kinds that only the words tell, where Poe gives no `error_type`. */
const KIND_BY_WORDS: readonly (readonly [RegExp, ErrorKind])[] = [
  [/\b(invalid|incorrect|expired|missing|no) api[ _-]?key|unauthori[sz]ed/i, 'unauthenticated'],
  [/\bapi[ _-]?key\b.{0,40}\b(invalid|incorrect|expired|missing|revoked)/i, 'unauthenticated'],
  [/\brate[ -]?limit|too many requests/i, 'rate-limited'],
  [/\b(not enough|insufficient|out of|no( more)?) (compute )?points/i, 'insufficient-points'],
  [/\b(bot|model)\b.{0,200}\b(does not exist|not found)/i, 'model-not-found'],
  [/\boverloaded\b|\bat capacity\b/i, 'overloaded'],
  [/\btimed? ?out\b/i, 'upstream-timeout'],
];

/**
 * @param data The data of an `error` event; JSON, if the bot keeps to the protocol.
 * @param isFirst There was no event before it.
 */
export function readErrorEvent(data: string, key: string, isFirst: boolean): GatewayError {
  const parsed = parseJson(data);
  const value = isJsonObject(parsed)
    ? parsed
    : { text: typeof parsed === 'string' ? parsed : data };
  const { allow_retry: allowed } = value;
  const allowsRetry = isFirst && allowed === true;
  const error = readPoeErrorObject(value, key);
  const { message } = error;
  if (error.kind !== 'upstream-failed')
    return allowsRetry ? new GatewayError(error.kind, message, { ...error, allowsRetry }) : error;
  const kind = KIND_BY_WORDS.find(([words]) => words.test(message))?.[1];
  if (kind) {
    const retryAfter = kind === 'rate-limited' ? 1 : undefined;
    return new GatewayError(kind, message, { retryAfter, allowsRetry });
  }
  // The one failure of Poe's that says itself that trying again is of no use.
  const retryable = allowed === false ? false : undefined;
  return new GatewayError('upstream-failed', message, { retryable, allowsRetry });
}

/** What a reply with a status outside 2xx means: JSON like everywhere at Poe, or a stream. */
export function readError(reply: ReplyHead, body: string, key: string, now?: number): GatewayError {
  return readPoeErrorReply(reply, errorEventOf(body) ?? body, key, now);
}

/** The data of the `error` event, if the body is a stream that has one. */
function errorEventOf(body: string): string | undefined {
  if (!/^(event|data|id|retry)?:/m.test(body) || /^\s*[{<]/.test(body)) return undefined;
  let found: string | undefined;
  const sse = readSse(
    (data, name) => {
      if (name === 'error') found ??= data;
    },
    () => undefined,
  );
  sse.feed(new TextEncoder().encode(body));
  sse.end();
  return found;
}
