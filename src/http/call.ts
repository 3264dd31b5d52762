/** The craft of a call to Poe that is the same for every room: its failures, and short bodies. */
import { GatewayError } from '../core/error.ts';
import type { UpstreamReply } from '../platform.ts';

/** What runtimes call "no answer in time", rather than "no connection"; the first one is a signal's. */
const TIMEOUTS = new Set([
  'TimeoutError',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/**
 * What a call that broke means. The runtime's own words may name inner addresses, so only its
 * error code is shown.
 */
export function connectionError(error: unknown, where: 'before' | 'during'): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  const suffix = code === undefined ? '' : ` (${code})`;
  if (TIMEOUTS.has(code ?? (error instanceof Error ? error.name : '')))
    return new GatewayError('upstream-timeout', `Poe did not answer in time${suffix}. Try again.`);
  return new GatewayError(
    'upstream-failed',
    where === 'before'
      ? `Poe cannot be reached${suffix}. Try again in a moment.`
      : `The connection to Poe broke before the answer was complete${suffix}. Try again.`,
  );
}

function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z_]+$/.test(cause.code))
      return cause.code;
  return undefined;
}

/** The first `limit` bytes of a reply as text; a longer reply is left. */
export async function readReplyText(reply: UpstreamReply, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; size < limit;) {
    const bytes = await reply.read();
    if (!bytes) return text + decoder.decode();
    size += bytes.byteLength;
    text += decoder.decode(bytes, { stream: true });
  }
  reply.cancel();
  return text.slice(0, limit);
}
