/**
 * What a bot was found to refuse (tools, a way of asking), remembered for a day: its next request
 * is asked the right way at once. Data alone; one memory for an app.
 */
import type { Refusable } from '../core/upstream.ts';
import { keep } from '../lib/recent.ts';

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
    remember: (model, what) => void keep(until, keyOf(model, what), now() + DAY, MOST),
  };
}
