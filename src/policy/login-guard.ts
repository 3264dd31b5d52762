/**
 * Keeps tokens from being guessed: an address that has shown too many wrong ones within a minute is told
 * nothing more for a while. Behind a proxy many clients may share one address, so tokens that have come
 * in from there before still do: whoever guesses locks out nobody else.
 */
import { keep } from '../lib/recent.ts';
import type { Store } from '../stores/store.ts';
import type { RateLimits } from './rate-limit.ts';

/** Wrong tokens from one address in a minute. */
const MOST_FAILURES = 10;
/** For how long it is remembered that a token came in from an address, in milliseconds. */
const DAY = 24 * 60 * 60_000;
/** Tokens by address; those seen first are forgotten first. */
const MOST_KNOWN = 10_000;
/** Between two warnings of one address, in milliseconds. */
const HOUR = 60 * 60_000;
/** Addresses that were warned of. */
const MOST_WARNED = 1_000;

/** Both give the seconds to wait where the address is to be told nothing; else undefined. */
export interface LoginGuard {
  /** A token was wrong. */
  failed(address: string): Promise<number | undefined>;
  /** A token was right. @param beside Is given what goes on when the reply has left; it does not reject. */
  came(
    address: string,
    token: string,
    beside: (work: Promise<void>) => void,
  ): Promise<number | undefined>;
}

/** What the guard is given. */
export interface LoginSurroundings {
  /** Milliseconds since 1970. */
  now(): number;
  /** Counts the failures. */
  readonly limits: RateLimits;
  /** Remembers for other instances too, where it counts for them. */
  readonly store?: Store | undefined;
  /** An address is locked; told at most once an hour of each. */
  warn(address: string): void;
}

/** One for an app. */
export function createLoginGuard({ now, limits, store, warn }: LoginSurroundings): LoginGuard {
  const known = new Map<string, number>();
  const warned = new Map<string, number>();
  const shared = store?.sharesCounts ? store : undefined;

  return {
    async failed(address) {
      const { retryAfter } = await limits.take(`login:${address}`, MOST_FAILURES);
      if (retryAfter !== undefined && (warned.get(address) ?? 0) <= now()) {
        keep(warned, address, now() + HOUR, MOST_WARNED);
        warn(address);
      }
      // As a right one is looked up: else the time that the refusal takes would tell which it was.
      if (retryAfter !== undefined) await shared?.get(`login:@${address}`);
      return retryAfter;
    },
    async came(address, token, beside) {
      const pair = `login:${token}@${address}`;
      if ((known.get(pair) ?? 0) > now()) return undefined;
      const { retryAfter } = await limits.peek(`login:${address}`, MOST_FAILURES);
      if (retryAfter !== undefined && (await shared?.get(pair)) === undefined) return retryAfter;
      keep(known, pair, now() + DAY, MOST_KNOWN);
      // Where the store does not take it, it is known here.
      if (shared) beside(shared.set(pair, '1', DAY).catch(() => undefined));
      return undefined;
    },
  };
}
