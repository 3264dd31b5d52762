/**
 * Which key of those that may be used is the next: by turns, by how much it was used, by its points, or
 * the one that a conversation has had before.
 */
import type { KeyFacts } from './key-facts.ts';
import type { LastMinute } from './last-minute.ts';

/** How a request gets its key, if its conversation has none yet. */
export const KEY_STRATEGIES = ['round-robin', 'least-used', 'most-points'] as const;

/** One of these. */
export type KeyStrategy = (typeof KEY_STRATEGIES)[number];

/** What a choice is made by. */
export interface Choosable {
  /** Of the key: {@link hashOf}. */
  readonly hash: number;
  readonly uses: LastMinute;
  readonly facts: KeyFacts;
}

/**
 * Uses in the last minute that a conversation's key may be ahead of the least used one. A conversation
 * makes fewer; what makes more is many of them that begin alike.
 */
const AFFINITY_LEAD = 60;
/** What a key counts for whose points nobody knows: more than none, less than any. */
const UNKNOWN_POINTS = 0.5;

/** What is lowest of all that may be used; between equals it is by turns. */
const COSTS: Readonly<Record<KeyStrategy, (key: Choosable) => number>> = {
  'round-robin': () => 0,
  'least-used': ({ uses }) => uses.count(),
  'most-points': ({ facts }) => -(facts.points?.[1] ?? UNKNOWN_POINTS),
};

/** @param ready The one whose turn it is first. @returns Undefined when there is none. */
export function nextKey<Key extends Choosable>(
  ready: readonly Key[],
  strategy: KeyStrategy,
): Key | undefined {
  return lowest(ready, COSTS[strategy]);
}

/**
 * Rendezvous hashing: each conversation has an order of its own of all keys, and where a key rests only
 * its own conversations move.
 *
 * @param conversation {@link hashOf} what tells it.
 */
export function keyOfConversation<Key extends Choosable>(
  ready: readonly Key[],
  conversation: number,
): Key | undefined {
  const least = nextKey(ready, 'least-used');
  const most = (least?.uses.count() ?? 0) + AFFINITY_LEAD;
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
export function hashOf(text: string): number {
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
