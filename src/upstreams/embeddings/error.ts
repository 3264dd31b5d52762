/**
 * What a refusal of the embeddings server means. The request's faults are the caller's; the key is the
 * gateway's, and so are the address and the account.
 */
import { type ErrorKind, GatewayError } from '../../core/error.ts';
import type { ReplyHead } from '../../core/upstream.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';

/** A plain-text body is quoted no further than this. */
const WORDS_LIMIT = 500;

/** Any other 4xx is the gateway's fault, any other 5xx the server's. */
const KIND_BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid-request',
  408: 'upstream-timeout',
  413: 'too-large',
  422: 'invalid-request',
  429: 'rate-limited',
  503: 'overloaded',
  504: 'upstream-timeout',
};

/** One text is too long for the model: fewer texts would not help. */
const TOO_LONG =
  /maximum context|context (length|window)|less than \d+ tokens|input is too (long|large)|physical batch/i;
/** Fewer texts would be taken. Servers say it in many ways. */
const TOO_MANY =
  /batch|too many (inputs|texts|items|tokens)|array too long|tokens per request|number of (inputs|texts|items)|at most \d+ (inputs|texts|items)/i;

/** The server whose words are told, and what of it is nobody's to see. */
interface Server {
  readonly url: string;
  readonly key: string | undefined;
}

/** @returns `too-large` where fewer inputs in one call may help. */
export function readEmbeddingsError(reply: ReplyHead, body: string, server: Server): GatewayError {
  const { status } = reply;
  const { text, param } = readWords(body);
  const words = withoutSecrets(text, server);
  const kind = kindOf(status, words);
  const isOurs = kind === 'upstream-failed' && status < 500;
  return new GatewayError(kind, sentence(status, words, isOurs), {
    param: kind === 'invalid-request' ? param : undefined,
    retryAfter: retryAfterOf(reply),
    // It would come again. 501: the server is not made for embeddings.
    retryable: isOurs || status === 501 ? false : undefined,
  });
}

function sentence(status: number, words: string, isOurs: boolean): string {
  if (status === 401)
    return "The embeddings server refused the gateway's key. Check EMBEDDINGS_API_KEY.";
  const did = status >= 500 ? 'failed' : isOurs ? 'is of no use' : 'refused the request';
  const isElsewhere = isOurs && (status < 400 || status === 404 || status === 405);
  const advice = isElsewhere
    ? ' Check EMBEDDINGS_BASE_URL.'
    : status === 403
      ? ' Check EMBEDDINGS_API_KEY.'
      : '';
  return `The embeddings server ${did} (HTTP ${status})${words === '' ? '.' : `: ${words}`}${advice}`;
}

function kindOf(status: number, words: string): ErrorKind {
  if (status === 404 && /model/i.test(words)) return 'model-not-found';
  const kind = entryOf(KIND_BY_STATUS, String(status)) ?? 'upstream-failed';
  if (kind !== 'invalid-request' && kind !== 'too-large') return kind;
  if (TOO_LONG.test(words)) return 'context-length';
  return TOO_MANY.test(words) ? 'too-large' : kind;
}

/** `{"error": {"message"}}`, `{"error": "…"}`, `{"message"}`, `{"detail"}`, a list with one of them; or text. */
function readWords(body: string): { text: string; param: string | undefined } {
  const json = parseJson(body);
  if (json === undefined) {
    const text = body.trim();
    return { text: text.startsWith('<') ? '' : text.slice(0, WORDS_LIMIT), param: undefined };
  }
  const outer = firstObject(json);
  const error = isJsonObject(outer['error']) ? outer['error'] : outer;
  const { param, message, detail } = error;
  const details = [message, outer['error'], detail, firstObject(detail)['msg']];
  const said = details.find((word) => typeof word === 'string' && word !== '');
  return {
    text: typeof said === 'string' ? said : '',
    param: typeof param === 'string' && param !== '' ? param : undefined,
  };
}

function firstObject(value: JsonValue | undefined): {
  readonly [key: string]: JsonValue | undefined;
} {
  const first: JsonValue | undefined = Array.isArray(value) ? value[0] : value;
  return isJsonObject(first) ? first : {};
}

/** The server's key and its address stay here; other keys and addresses go as they do from Poe's words. */
function withoutSecrets(said: string, { url, key }: Server): string {
  const { host } = new URL(url);
  const words = readPoeErrorObject({ message: said }, key ?? '').message;
  // A name of one word might be one that the sentence needs.
  const isAddress = host.includes('.') || host.includes(':');
  // Said without words, the message is one of Poe's.
  return said === '' ? '' : isAddress ? words.replaceAll(host, '[address]') : words;
}

function retryAfterOf(reply: ReplyHead): number | undefined {
  const value = reply.header('retry-after') ?? '';
  return /^\d{1,6}(\.\d+)?$/.test(value) ? Math.ceil(Number(value)) : undefined;
}
