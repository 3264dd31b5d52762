/**
 * The least time between the beginnings of two calls to Poe (`RATE_LIMIT_MS`). Each call is given its
 * turn at once and waits for it on a timer of its own: on workerd no request may wait for another's.
 */
import { GatewayError } from '../core/error.ts';
import { pause } from '../lib/time.ts';

/** The queue; one for an app. */
export interface Spacing {
  /**
   * Waits for a turn: who comes first is first.
   *
   * @param endsAt Milliseconds since 1970 after which a turn is of no more use.
   * @throws {QueueTooLong} at once, when the turn would come later than that.
   * @throws The signal's reason, when it aborts.
   */
  turn(endsAt: number, signal: AbortSignal): Promise<void>;
}

/** Too many calls wait already. It is this gateway's own doing, and no fault of the key. */
export class QueueTooLong extends GatewayError {
  /** @param milliseconds Until the turn would come. */
  constructor(milliseconds: number) {
    const retryAfter = Math.ceil(milliseconds / 1000);
    const words = `Too many calls wait for their turn at this gateway. Try again in ${retryAfter} s.`;
    super('rate-limited', words, { retryAfter });
  }
}

/**
 * @param gap Milliseconds.
 * @param now Milliseconds since 1970.
 */
export function createSpacing(gap: number, now: () => number): Spacing {
  /** When the next turn is to be had. */
  let nextAt = 0;
  /** When the last call began. */
  let lastAt = -Infinity;
  return {
    async turn(endsAt, signal) {
      const at = Math.max(now(), nextAt, lastAt + gap);
      if (at > now() && at >= endsAt) throw new QueueTooLong(at - now());
      nextAt = at + gap;
      // Timers may come late, several at once: the gap is between calls, not between turns.
      for (let due = at; due > now(); due = lastAt + gap) {
        await pause(due - now(), signal).over;
        if (!signal.aborted) continue;
        // The last place is given back; one in the middle passes unused.
        if (nextAt === at + gap) nextAt = at;
        throw signal.reason;
      }
      lastAt = now();
    },
  };
}
