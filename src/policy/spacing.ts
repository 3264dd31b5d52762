/**
 * The least time between the beginnings of two calls to Poe (`RATE_LIMIT_MS`). Each call is given its
 * turn at once and waits for it on a timer of its own: on workerd no request may wait for another's.
 */
import { GatewayError } from '../core/error.ts';
import { pause } from '../lib/time.ts';

/** The queue; one for an app. */
export interface Spacing {
  /**
   * Waits for a turn: who comes first is first, but for half a second where others have left.
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

/** How soon who waits sees that others have left, in milliseconds: no request may wake another. */
const LOOK = 500;
/** So long after its turn, in milliseconds, a call is one that a host has ended unsaid. */
const LOST = 60_000;

/**
 * @param gap Milliseconds.
 * @param now Milliseconds since 1970.
 */
export function createSpacing(gap: number, now: () => number): Spacing {
  /** When the next turn is to be had. */
  let nextAt = 0;
  /** When the last call began. */
  let lastAt = -Infinity;
  /** Those who wait, by the order of their turns. */
  const waiting = new Set<{ at: number }>();

  function leave(turn: { readonly at: number }): void {
    waiting.delete(turn);
    // Who comes after is moved up: a crowd that has left is not waited for.
    nextAt -= gap;
    for (const other of waiting) if (other.at > turn.at) other.at -= gap;
  }

  return {
    async turn(endsAt, signal) {
      // The clock was set back.
      if (lastAt > now()) lastAt = nextAt = -Infinity;
      const at = Math.max(now(), nextAt, lastAt + gap);
      if (at > now() && at >= endsAt) throw new QueueTooLong(at - now());
      for (const lost of waiting) {
        if (lost.at + LOST > now()) break;
        waiting.delete(lost);
      }
      nextAt = at + gap;
      const mine = { at };
      waiting.add(mine);
      // Timers may come late, several at once: the gap is between calls, not between turns.
      for (let due = at; due > now(); due = Math.max(mine.at, lastAt + gap)) {
        await pause(Math.min(due - now(), LOOK), signal).over;
        if (!signal.aborted) continue;
        leave(mine);
        throw signal.reason;
      }
      waiting.delete(mine);
      lastAt = now();
    },
  };
}
