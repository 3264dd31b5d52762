/** One short question to Poe that no bot answers: sent, and read whole, within a time. */
import type { ReplyHead, UpstreamCall } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Platform } from './platform.ts';

/** In milliseconds. */
const TIMEOUT = 10_000;

/**
 * @param limit The body is not read further, in bytes.
 * @param signal Where a client waits for it: the request's.
 * @throws {GatewayError} when there is no reply. What the reply means is not looked at.
 */
export async function askPoe(
  { send }: Pick<Platform, 'send'>,
  call: UpstreamCall,
  limit: number,
  signal = AbortSignal.timeout(TIMEOUT),
): Promise<{ readonly reply: ReplyHead; readonly body: string }> {
  try {
    const reply = await send(call, signal);
    return { reply, body: await readReplyText(reply, limit) };
  } catch (error) {
    throw connectionError(signal.aborted ? signal.reason : error, 'before');
  }
}
