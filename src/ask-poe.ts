/** One short question to Poe that is not a client's: sent, and read whole, within a time. */
import { GatewayError } from './core/error.ts';
import type { ReplyHead, UpstreamCall } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Platform } from './platform.ts';

/** In milliseconds. */
const TIMEOUT = 10_000;

/**
 * @param limit The body is not read further, in bytes.
 * @throws {GatewayError} when there is no reply. What the reply means is not looked at.
 */
export async function askPoe(
  { send }: Pick<Platform, 'send'>,
  call: UpstreamCall,
  limit: number,
): Promise<{ readonly reply: ReplyHead; readonly body: string }> {
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    const reply = await send(call, signal);
    return { reply, body: await readReplyText(reply, limit) };
  } catch (error) {
    throw signal.aborted
      ? new GatewayError('upstream-timeout', 'Poe did not answer in time. Try again.')
      : connectionError(error, 'before');
  }
}
