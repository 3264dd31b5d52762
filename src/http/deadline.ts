/**
 * When to stop asking Poe: the client has left, the time is up, or the gateway has no use for the
 * answer any more. One signal for all calls of a request; its reason is always a `GatewayError`.
 */
import { GatewayError } from '../core/error.ts';

/** The signal, and the two ways to be done with it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** When the time is up, in milliseconds since 1970. */
  readonly endsAt: number;
  /** The answer is whole: nothing is watched any more. */
  release(): void;
  /** Nobody wants the answer: every call under way ends. */
  abort(reason: unknown): void;
}

/**
 * @param client The request's own signal. Some hosts fire it after a good reply too, so it is
 * listened to only until `release`.
 * @param timeout Milliseconds for the whole answer.
 * @param onOver Called when nothing is watched any more, once or more often.
 */
export function startDeadline(
  client: AbortSignal,
  now: () => number,
  timeout: number,
  onOver?: () => void,
): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const words = `Poe did not finish its answer within ${timeout / 1000} seconds.`;
    abort(new GatewayError('upstream-timeout', words));
  }, timeout);
  const leave = (): void =>
    abort(new GatewayError('client-gone', 'The client closed the connection.'));

  function release(): void {
    clearTimeout(timer);
    client.removeEventListener('abort', leave);
    onOver?.();
  }

  function abort(reason: unknown): void {
    release();
    controller.abort(reason);
  }

  if (client.aborted) leave();
  else client.addEventListener('abort', leave);
  return { signal: controller.signal, endsAt: now() + timeout, release, abort };
}
