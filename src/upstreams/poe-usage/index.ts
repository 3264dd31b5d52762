/**
 * What a key's account has: `GET /usage/current_balance`. It costs nothing, and needs a good key: the
 * cheapest way to tell one.
 *
 * @see https://creator.poe.com/docs/external-applications/openai-compatible-api
 */
import { type ErrorKind, GatewayError } from '../../core/error.ts';
import type { ReplyHead, UpstreamCall } from '../../core/upstream.ts';
import { isJsonObject, parseJson } from '../../lib/json.ts';
import { readPoeErrorReply } from '../poe-shared/error.ts';

/** A balance is not read further than this, in bytes. */
export const BALANCE_LIMIT = 64 * 1024;

/** Kinds that speak of a bot or of a conversation, where there is none. */
const OF_BOTS: ReadonlySet<ErrorKind> = new Set([
  'model-not-found',
  'context-length',
  'invalid-request',
]);

/** @param baseUrl Without a trailing slash. This path is not under `/v1`. */
export function buildBalanceCall(baseUrl: string, key: string): UpstreamCall {
  return {
    method: 'GET',
    url: `${baseUrl}/usage/current_balance`,
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
  };
}

/**
 * @param key Struck out of whatever Poe says.
 * @returns The points of the account; undefined where Poe does not say.
 * @throws {GatewayError} when Poe does not accept the key, or does not answer the question.
 */
export function readBalance(
  reply: ReplyHead,
  body: string,
  key: string,
): { readonly points: number | undefined } {
  const { status } = reply;
  const account = parseJson(body);
  if (status >= 200 && status <= 299 && isJsonObject(account) && account['error'] === undefined) {
    const { current_point_balance: points } = account;
    return { points: typeof points === 'number' ? points : undefined };
  }
  const words = `Poe did not say whether it accepts this API key (HTTP ${status}). Try again.`;
  if (status < 400) throw new GatewayError('upstream-failed', words);
  const error = readPoeErrorReply(reply, body, key);
  throw OF_BOTS.has(error.kind) ? new GatewayError('upstream-failed', words) : error;
}
