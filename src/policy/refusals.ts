/**
 * What a bot was found to refuse (tools, a way of asking), remembered for a day: its next request
 * is asked the right way at once. Data alone; one memory for an app.
 */
import type { Refusable } from '../core/upstream.ts';

const DAY = 24 * 60 * 60_000;
/** More bots than Poe lists; names that callers make up push each other out. */
const MOST = 2_000;

/** The memory. */
export interface Refusals {
  has(model: string, what: Refusable): boolean;
  remember(model: string, what: Refusable): void;
}

/** @param now Milliseconds since 1970. */
export function createRefusals(now: () => number): Refusals {
  const until = new Map<string, number>();
  const keyOf = (model: string, what: Refusable): string => `${what} ${model}`;
  return {
    has: (model, what) => (until.get(keyOf(model, what)) ?? 0) > now(),
    remember(model, what) {
      const key = keyOf(model, what);
      // Taken out first, so that it moves to the end: the oldest are at the front.
      until.delete(key);
      until.set(key, now() + DAY);
      const [oldest] = until.keys();
      if (until.size > MOST && oldest !== undefined) until.delete(oldest);
    },
  };
}
