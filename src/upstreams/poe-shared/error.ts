/**
 * The meaning of Poe's errors. Its bodies have many forms (a documented one, recorded ones, a
 * vendor's words in several wrappings, a web page of the CDN), so everything here is lenient:
 * the status decides first, then the words. Shared by all rooms that talk to Poe.
 *
 * @see https://creator.poe.com/docs/external-applications/openai-compatible-api
 */
import { type ErrorKind, GatewayError } from '../../core/error.ts';
import type { ReplyHead } from '../../core/upstream.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';

const KEYS_PAGE = 'https://poe.com/api/keys';

/** The kind by HTTP status; any other 4xx is the request's fault, anything else is Poe's. */
const KIND_BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  401: 'unauthenticated',
  402: 'insufficient-points',
  403: 'forbidden',
  404: 'model-not-found',
  408: 'upstream-timeout',
  413: 'context-length',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'upstream-timeout',
  524: 'upstream-timeout',
  529: 'overloaded',
};

/** The kind by the error's own type, for errors that arrive without a status (inside a stream). */
const KIND_BY_TYPE: Readonly<Record<string, ErrorKind>> = {
  invalid_request_error: 'invalid-request',
  authentication_error: 'unauthenticated',
  insufficient_credits: 'insufficient-points',
  insufficient_quota: 'insufficient-points',
  insufficient_fund: 'insufficient-points',
  billing_error: 'insufficient-points',
  moderation_error: 'forbidden',
  permission_error: 'forbidden',
  privacy_authorization_error: 'forbidden',
  not_found_error: 'model-not-found',
  timeout_error: 'upstream-timeout',
  request_too_large: 'context-length',
  user_message_too_long: 'context-length',
  user_caused_error: 'invalid-request',
  rate_limit_error: 'rate-limited',
  overloaded_error: 'overloaded',
};

/** Said when Poe gives no words of its own. */
const DEFAULT_MESSAGE: Partial<Record<ErrorKind, string>> = {
  unauthenticated: `Poe does not accept this API key. Get one at ${KEYS_PAGE}.`,
  'insufficient-points':
    'The Poe account of this key has no points left. Add points at https://poe.com.',
  forbidden: 'Poe refused this request.',
  'model-not-found': 'Poe has no bot of this name. GET /v1/models lists the official ones.',
  'context-length': "The conversation is longer than the model's context window. Shorten it.",
  'rate-limited': 'Too many requests for this Poe key. Wait, then try again.',
  overloaded: 'Poe is overloaded. Try again in a moment.',
  'upstream-timeout': 'The model did not start in time. Try again.',
  'invalid-request': 'Poe refused the request without saying why.',
};

/**
 * What an error reply of Poe's means.
 *
 * @param key Struck out of whatever the reply says.
 * @param now Milliseconds since 1970, for a date without Poe's own clock beside it.
 */
export function readPoeErrorReply(
  reply: ReplyHead,
  body: string,
  key: string,
  now?: number,
): GatewayError {
  return meaning(reply.status, errorObject(parseJson(body), key), retryAfterOf(reply, now));
}

/** What an error inside a 200 reply means: an error object in a stream, or in place of an answer. */
export function readPoeErrorObject(value: JsonValue | undefined, key: string): GatewayError {
  return meaning(undefined, errorObject(value, key), undefined);
}

interface PoeError {
  readonly message: string;
  readonly type: string;
  readonly code: string | number;
  readonly param: string;
}

function meaning(
  status: number | undefined,
  { message, type, code, param }: PoeError,
  retryAfter: number | undefined,
): GatewayError {
  const effective = status ?? (typeof code === 'number' && code >= 400 ? code : undefined);
  const kind = kindOf(effective, type, message);
  return new GatewayError(kind, message || (DEFAULT_MESSAGE[kind] ?? brokenMessage(status)), {
    // Poe's own finer words are kept where the request is at fault: clients act on them.
    code: kind === 'invalid-request' && typeof code === 'string' && code !== '' ? code : undefined,
    param: kind === 'invalid-request' && param !== '' ? param : undefined,
    retryAfter: kind === 'rate-limited' ? (retryAfter ?? 1) : retryAfter,
  });
}

function brokenMessage(status: number | undefined): string {
  return status
    ? `Poe failed (HTTP ${status}) without saying why. Try again.`
    : 'Poe failed without saying why. Try again.';
}

function kindOf(status: number | undefined, type: string, message: string): ErrorKind {
  if (status === undefined) {
    const byType = entryOf(KIND_BY_TYPE, type);
    if (byType && byType !== 'invalid-request') return byType;
    if (!byType) return kindByWords(message) ?? 'upstream-failed';
  }
  if (status === undefined || status === 400 || status === 422 || status === 500)
    return kindByWords(message) ?? (status === 500 ? 'upstream-failed' : 'invalid-request');
  const atFault = status >= 400 && status < 500 ? 'invalid-request' : 'upstream-failed';
  return KIND_BY_STATUS[status] ?? atFault;
}

/** Vendors report an input that is too long, and Poe a bot that is not there, under many statuses. */
function kindByWords(message: string): ErrorKind | undefined {
  if (
    /context[ _](length|window|limit)|maximum context|prompt is too long|too many tokens/i.test(
      message,
    )
  )
    return 'context-length';
  if (
    /^bot does not exist|^model `[^`]*` not found|^the model .{0,200} does not exist/i.test(message)
  )
    return 'model-not-found';
  return undefined;
}

/** `{"error":{…}}`, `{"error":"…"}`, `{"message":…}`, the native `{"text":…,"error_type":…}`; or nothing. */
function errorObject(value: JsonValue | undefined, key: string): PoeError {
  const outer = isJsonObject(value) ? value : {};
  const error = isJsonObject(outer['error']) ? outer['error'] : outer;
  const words = [error['message'], error['text'], outer['error'], error['detail']];
  const message = words.find((word) => typeof word === 'string' && word !== '');
  const told = typeof message === 'string' ? message : '';
  const inner = errorObjectIn(told, key);
  const type = error['type'] ?? error['error_type'];
  const code = error['code'];
  const ownType = typeof type === 'string' ? type : '';
  return {
    message: inner?.message ?? plainWords(told, key),
    // The vendor knows better what it was, if it is a word that says something.
    type: inner && Object.hasOwn(KIND_BY_TYPE, inner.type) ? inner.type : ownType,
    code: typeof code === 'string' || typeof code === 'number' ? code : '',
    param: typeof error['param'] === 'string' ? error['param'] : '',
  };
}

/** A vendor's error as JSON inside the words: alone, or behind the names of the machinery. */
function errorObjectIn(words: string, key: string): PoeError | undefined {
  const from = words.search(/\{\s*"/);
  if (from === -1) return undefined;
  const nested = parseJson(words.slice(from, words.lastIndexOf('}') + 1));
  // Other JSON among words is an example or a value.
  if (!isJsonObject(nested) || (from > 0 && !isJsonObject(nested['error']))) return undefined;
  const inner = errorObject(nested, key);
  return inner.message === '' ? undefined : inner;
}

const MESSAGE_LIMIT = 2000;

/**
 * The words that help the user, without what is not theirs to see: the names of the machinery
 * (`litellm.BadRequestError: …`), stack traces, keys and addresses go.
 */
function plainWords(message: string, key: string): string {
  // A key of a few characters is no real key, and would strike out ordinary words.
  return (key.length < 6 ? message : message.replaceAll(key, '[key]'))
    .slice(0, MESSAGE_LIMIT * 4)
    .replace(/(Traceback \(most recent call last\)|\n[^\S\n]+at |\n[^\S\n]*File ")[\s\S]*$/, '')
    .replace(/^(litellm\.)?\w*(Error|Exception): (\w+(Error|Exception) - )?/, '')
    .replace(/\b(https?|wss?|grpc):\/\/(?!(\w+\.)?poe\.com\b)[^\s"'<>)]*/g, '[address]')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, '[address]')
    .replace(/\bBearer\s+[^\s"',]+/gi, 'Bearer [key]')
    .replace(/\b(sk|pk|p-b|poe|key)[-_][\w-]{12,}/gi, '[key]')
    .trim()
    .slice(0, MESSAGE_LIMIT);
}

/** Whatever Poe says, in seconds: a day. */
const LONGEST_RETRY_AFTER = 86_400;

/** Seconds from `retry-after` (seconds, or a date: by Poe's own clock if it tells its time). */
function retryAfterOf(reply: ReplyHead, now = NaN): number | undefined {
  // Poe's rate-limit headers may stand on every reply, and mean a wait only on a 429.
  const reset = reply.status === 429 ? reply.header('x-ratelimit-reset-requests') : undefined;
  const value = reply.header('retry-after') ?? reset;
  if (value === undefined) return undefined;
  const plain = /^\d+(\.\d+)?$/.test(value);
  const date = reply.header('date');
  const poesNow = date === undefined ? now : Date.parse(date);
  const seconds = plain ? Number(value) : (Date.parse(value) - poesNow) / 1000;
  return seconds >= 0 ? Math.min(Math.ceil(seconds), LONGEST_RETRY_AFTER) : undefined;
}
