/**
 * The Poe keys of a shared gateway: which one the next request is to have, which ones rest and for how
 * long. Data and a clock alone; memory for each key, not for each request or conversation.
 */
import { GatewayError } from '../core/error.ts';
import { createLastMinute, type LastMinute } from './last-minute.ts';

/** How a request gets its key, if its conversation has none yet. */
export const KEY_STRATEGIES = ['round-robin', 'least-used'] as const;

/** One of these. */
type KeyStrategy = (typeof KEY_STRATEGIES)[number];

/** What the owner has set. */
export interface KeyPoolSettings {
  readonly strategy: KeyStrategy;
  /** Requests a minute for each key; undefined: any number. */
  readonly rateLimit: number | undefined;
  /** Milliseconds of rest between two uses of a key. */
  readonly coolDown: number;
}

/** The pool. */
export interface KeyPool {
  /**
   * A key for one request. Its use is counted.
   *
   * @param affinity A short text that is the same for all requests of a conversation: they get the same
   * key where they can, since Poe's prompt cache may be of use to no other.
   * @throws {GatewayError} what `problem` says, when no key may be used now.
   */
  take(affinity?: string): string;
  /**
   * What Poe said to a call with this key; undefined: it answered. The key rests, or is never used
   * again, where the failure is the key's. A key that is not of the pool is left alone.
   *
   * @returns Whether the failure was the key's: another one may help.
   */
  heard(key: string, failure: GatewayError | undefined): boolean;
  /**
   * The next best key, of those that this request has not tried; undefined when none may be used now.
   * Its use is counted.
   */
  other(tried: ReadonlySet<string>, affinity?: string): string | undefined;
  /**
   * Why no key may be used now, in words for a caller who has no part in it; undefined when one may.
   * `rate-limited`: they rest, the first one for `retryAfter` more seconds; `insufficient-points`: those
   * that work have none; `internal`: none works.
   */
  problem(): GatewayError | undefined;
}

interface PooledKey {
  readonly key: string;
  readonly hash: number;
  readonly uses: LastMinute;
  /** Milliseconds since 1970, all of them; 0: it may be used. */
  coolUntil: number;
  limitedUntil: number;
  poorUntil: number;
  isRetired: boolean;
}

const SECOND = 1000;
/** Points come back by themselves, or are bought: the key is tried again. */
const POOR_REST = 5 * 60 * SECOND;
/** No word of Poe's sends a key away for longer. */
const LONGEST_REST = 60 * 60 * SECOND;
/**
 * Uses in the last minute that a conversation's key may be ahead of the least used one. A conversation
 * makes fewer; what makes more is many of them that begin alike.
 */
const AFFINITY_LEAD = 60;

/**
 * A pool of these keys; a key that is named twice counts once.
 *
 * @param now Milliseconds since 1970.
 */
export function createKeyPool(
  keys: readonly string[],
  { strategy, rateLimit = Infinity, coolDown }: KeyPoolSettings,
  now: () => number,
): KeyPool {
  const pool = [...new Set(keys)].map((key): PooledKey => ({
    key,
    hash: hashOf(key),
    uses: createLastMinute(now),
    coolUntil: 0,
    limitedUntil: 0,
    poorUntil: 0,
    isRetired: false,
  }));
  /** Where round robin goes on. */
  let turn = 0;

  function readyAt({ isRetired, coolUntil, limitedUntil, poorUntil, uses }: PooledKey): number {
    if (isRetired) return Infinity;
    return Math.max(coolUntil, limitedUntil, poorUntil, uses.below(rateLimit));
  }

  function choose(tried?: ReadonlySet<string>, affinity?: string): string | undefined {
    const time = now();
    const ready = [...pool.slice(turn), ...pool.slice(0, turn)].filter(
      (entry) => !tried?.has(entry.key) && readyAt(entry) <= time,
    );
    const chosen = affinity ? preferred(ready, hashOf(affinity)) : STRATEGIES[strategy](ready);
    if (!chosen) return undefined;
    // A conversation's choice is not by turns, and moves none.
    if (!affinity) turn = (pool.indexOf(chosen) + 1) % pool.length;
    chosen.uses.add();
    chosen.coolUntil = time + coolDown;
    return chosen.key;
  }

  function problem(): GatewayError | undefined {
    const time = now();
    const working = pool.filter(({ isRetired }) => !isRetired);
    const first = Math.min(...working.map(readyAt));
    if (first <= time) return undefined;
    if (working.length === 0)
      return new GatewayError(
        'internal',
        'This gateway has no working Poe key: Poe accepts none that it has. Its owner must give it a new one.',
      );
    if (working.every(({ poorUntil }) => poorUntil > time))
      return new GatewayError(
        'insufficient-points',
        'The Poe accounts of this gateway have no points left. Its owner can add some at https://poe.com; the gateway tries again every few minutes.',
      );
    const retryAfter = Math.ceil((first - time) / SECOND);
    return new GatewayError(
      'rate-limited',
      `All Poe keys of this gateway are at their limit. Try again in ${retryAfter} s.`,
      { retryAfter },
    );
  }

  function take(affinity?: string): string {
    const key = choose(undefined, affinity);
    if (key !== undefined) return key;
    throw problem() ?? new GatewayError('overloaded', 'No Poe key was free. Try again.');
  }

  function heard(key: string, failure: GatewayError | undefined): boolean {
    const entry = pool.find((candidate) => candidate.key === key);
    if (!entry || !failure) return false;
    const { retryAfter = 1 } = failure;
    // The longest rest counts: an answer to an older call takes nothing back.
    if (failure.kind === 'rate-limited')
      entry.limitedUntil = Math.max(
        entry.limitedUntil,
        now() + Math.min(retryAfter * SECOND, LONGEST_REST),
      );
    else if (failure.kind === 'insufficient-points') entry.poorUntil = now() + POOR_REST;
    else if (failure.kind === 'unauthenticated') entry.isRetired = true;
    else return false;
    return true;
  }

  return { take, heard, other: choose, problem };
}

/** Of keys that may be used, the one whose turn it is first. */
const STRATEGIES: Readonly<
  Record<KeyStrategy, (ready: readonly PooledKey[]) => PooledKey | undefined>
> = {
  'round-robin': ([first]) => first,
  'least-used': leastUsed,
};

function leastUsed(ready: readonly PooledKey[]): PooledKey | undefined {
  return lowest(ready, ({ uses }) => uses.count());
}

/**
 * Rendezvous hashing: each conversation has an order of its own of all keys, and where a key rests only
 * its own conversations move.
 */
function preferred(ready: readonly PooledKey[], conversation: number): PooledKey | undefined {
  const most = (leastUsed(ready)?.uses.count() ?? 0) + AFFINITY_LEAD;
  const fair = ready.filter(({ uses }) => uses.count() <= most);
  return lowest(fair, ({ hash }) => mixed(hash ^ conversation));
}

/** The first of those with the lowest cost. */
function lowest<Item>(items: readonly Item[], costOf: (item: Item) => number): Item | undefined {
  let chosen: Item | undefined;
  let least = Infinity;
  for (const item of items) {
    const cost = costOf(item);
    if (cost >= least) continue;
    chosen = item;
    least = cost;
  }
  return chosen;
}

/** FNV-1a, 32 bits: to spread, not to keep a secret. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** Every bit of the number moves every bit of the result (MurmurHash3's last step). */
function mixed(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
