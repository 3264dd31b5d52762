/**
 * The keys that may pay for one answer: the caller's own, or one of the pool after the other. Another
 * key is tried before the first event only; who asks sees to that.
 */
import { GatewayError } from '../core/error.ts';
import type { KeyPool } from '../policy/key-pool.ts';

/** Of the keys that are free here, so many are looked at: others may have used them up. */
const MOST_LOOKS = 10;

/** One for each answer. */
export interface KeyRing {
  /**
   * Chooses the first key, and counts its use. To be awaited once before an answer is asked for.
   *
   * @returns Why there is none.
   */
  ready(): Promise<GatewayError | undefined> | undefined;
  /**
   * The key to ask with now. Before `ready` any one that works, for what costs nothing.
   *
   * @throws {GatewayError} when there is none.
   */
  current(): string;
  /**
   * What became of the call with that key: undefined when Poe has begun to answer.
   *
   * @returns Whether it was the key's fault: another one may help.
   */
  heard(failure: GatewayError | undefined): boolean;
  /** Puts another key in its place. @returns Whether there is one that was not tried yet. */
  change(): Promise<boolean>;
  /**
   * The same is asked again, after a wait: with the same key where it can be, else with any, even one
   * that was tried.
   *
   * @returns Whether there is one.
   */
  again(): Promise<boolean>;
  /** The failure as the caller is to be told of it: what a pooled key lacks is no fault of theirs. */
  explain(failure: GatewayError): GatewayError;
}

/** What is done with a pool around one answer. Nothing of it rejects. */
export interface PoolCare {
  /** Before the first key is chosen. */
  prepare(): Promise<unknown> | undefined;
  /** Has the key been used as often as the owner allows, by all instances? Else its use is counted. */
  isFull(key: string): Promise<boolean> | undefined;
  /** Something was heard of the key; `failed`: that it cannot be used. */
  heard(key: string, failed: boolean): void;
}

/** The caller's own. */
export function ownKey(key: string): KeyRing {
  return {
    ready: () => undefined,
    current: () => key,
    heard: () => false,
    change: () => Promise.resolve(false),
    again: () => Promise.resolve(true),
    explain: (failure) => failure,
  };
}

/**
 * One of the pool's.
 *
 * @param affinity What tells this conversation: Poe's prompt cache is by the key.
 */
export function pooledKeys(pool: KeyPool, affinity: string, care: PoolCare): KeyRing {
  let key: string | undefined;
  const tried = new Set<string>();
  /** The latest failure that was the key's alone. */
  let ofTheKey: GatewayError | undefined;
  let isAtFault = false;

  async function change(): Promise<boolean> {
    for (let look = 0; look < MOST_LOOKS; look++) {
      const next = pool.take(affinity, tried);
      if (next === undefined) return false;
      tried.add(next);
      if (await care.isFull(next)) continue;
      key = next;
      return true;
    }
    return false;
  }

  function problem(): GatewayError {
    // Where a key is ready after all, its turn is the next request's.
    const words = "None of this gateway's Poe keys could be used just now. Try again.";
    return pool.problem() ?? new GatewayError('overloaded', words, { retryAfter: 1 });
  }

  return {
    async ready() {
      await care.prepare();
      return (await change()) ? undefined : problem();
    },
    current() {
      const current = key ?? pool.peek();
      if (current === undefined) throw problem();
      return current;
    },
    heard(failure) {
      if (key === undefined) return false;
      isAtFault = pool.heard(key, failure);
      if (isAtFault) ofTheKey = failure;
      care.heard(key, isAtFault);
      return isAtFault;
    },
    change,
    async again() {
      if (key !== undefined && !isAtFault && pool.report(key)?.state === 'ready') return true;
      tried.clear();
      return await change();
    },
    explain: (failure) => (failure === ofTheKey ? problem() : failure),
  };
}
