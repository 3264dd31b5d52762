/**
 * The keys that may pay for one answer: the caller's own, or one of the pool after the other. Another
 * key is tried before the first event only; who asks sees to that.
 */
import { GatewayError } from './core/error.ts';
import type { KeyPool } from './policy/key-pool.ts';

/** One for each answer. */
export interface KeyRing {
  /** The key to ask with now. */
  current(): string;
  /**
   * What became of the call with that key: undefined when Poe has begun to answer.
   *
   * @returns Whether it was the key's fault: another one may help.
   */
  heard(failure: GatewayError | undefined): boolean;
  /** Puts another key in its place. @returns Whether there is one that was not tried yet. */
  change(): boolean;
  /** The failure as the caller is to be told of it: what a pooled key lacks is no fault of theirs. */
  explain(failure: GatewayError): GatewayError;
}

/** The caller's own. */
export function ownKey(key: string): KeyRing {
  return {
    current: () => key,
    heard: () => false,
    change: () => false,
    explain: (failure) => failure,
  };
}

/**
 * One of the pool's.
 *
 * @param affinity What tells this conversation: Poe's prompt cache is by the key.
 * @throws {GatewayError} when no key of the pool can be used now.
 */
export function pooledKeys(pool: KeyPool, affinity: string): KeyRing {
  let key = pool.take(affinity);
  const tried = new Set([key]);
  /** The latest failure that was the key's alone. */
  let ofTheKey: GatewayError | undefined;
  return {
    current: () => key,
    heard(failure) {
      const isOfTheKey = pool.heard(key, failure);
      if (isOfTheKey) ofTheKey = failure;
      return isOfTheKey;
    },
    change() {
      const next = pool.other(tried, affinity);
      if (next === undefined) return false;
      tried.add(next);
      key = next;
      return true;
    },
    explain(failure) {
      if (failure !== ofTheKey) return failure;
      // Where a key is ready after all, its turn is the next request's.
      const words = "None of this gateway's Poe keys could be used just now. Try again.";
      return pool.problem() ?? new GatewayError('overloaded', words, { retryAfter: 1 });
    },
  };
}
