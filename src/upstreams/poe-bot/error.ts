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

/** @param data The data of an `error` event; JSON, if the bot keeps to the protocol. */
export function readErrorEvent(data: string, key: string): GatewayError {
  const parsed = parseJson(data);
  const value = isJsonObject(parsed)
    ? parsed
    : { text: typeof parsed === 'string' ? parsed : data };
  const error = readPoeErrorObject(value, key);
  if (error.kind !== 'upstream-failed') return error;
  const { message } = error;
  const kind = KIND_BY_WORDS.find(([words]) => words.test(message))?.[1];
  if (kind)
    return new GatewayError(kind, message, kind === 'rate-limited' ? { retryAfter: 1 } : {});
  // The one failure of Poe's that says itself that trying again is of no use.
  if (value['allow_retry'] === false)
    return new GatewayError('upstream-failed', message, { retryable: false });
  return error;
}

/** What a reply with a status outside 2xx means: JSON like everywhere at Poe, or a stream. */
export function readError(reply: ReplyHead, body: string, key: string): GatewayError {
  return readPoeErrorReply(reply, errorEventOf(body) ?? body, key);
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
