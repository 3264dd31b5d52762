/**
 * The Poe keys of a shared gateway: which one the next request is to have, which ones rest and for how
 * long. Data and a clock alone; memory for each key, not for each request or conversation.
 */
import { GatewayError } from '../core/error.ts';
import {
  type Choosable,
  hashOf,
  keyOfConversation,
  type KeyStrategy,
  nextKey,
} from './key-choice.ts';
import {
  afterAnswer,
  afterBalance,
  afterFailure,
  isPoor,
  isUnsure,
  type KeyFacts,
  type KeyState,
  merged,
  POOR_REST,
  poorUntil,
  restsUntil,
  stateOf,
  withoutTimes,
} from './key-facts.ts';
import { createLastMinute } from './last-minute.ts';

/** What the owner has set. */
export interface KeyPoolSettings {
  readonly strategy: KeyStrategy;
  /** Requests a minute for each key; undefined: any number, or it is counted elsewhere. */
  readonly rateLimit: number | undefined;
  /** Milliseconds of rest between two uses of a key. */
  readonly coolDown: number;
}

/** How one key is. */
export interface KeyReport {
  /** In the list of keys, from 1: what tells it in logs. */
  readonly place: number;
  /** What Poe last said of it; the owner's own limits are not told. */
  readonly state: KeyState;
}

/** The pool. A key that is not of it is left alone, whatever is said of it. */
export interface KeyPool {
  /**
   * A key for one request. Its use is counted.
   *
   * @param affinity A short text that is the same for all requests of a conversation: they get the same
   * key where they can, since Poe's prompt cache may be of use to no other.
   * @param tried Keys that this request has had.
   * @returns Undefined when no other may be used now; `problem` may say why.
   */
  take(affinity?: string, tried?: ReadonlySet<string>): string | undefined;
  /** A key for what costs nothing: no use is counted. */
  peek(): string | undefined;
  /**
   * What Poe said to a call with this key; undefined: it answered. The key rests, or is never used
   * again, where the failure is the key's.
   *
   * @returns Whether the failure was the key's: another one may help.
   */
  heard(key: string, failure: GatewayError | undefined): boolean;
  /** It has been used as often as the owner allows, by all instances; for so many seconds. */
  full(key: string, seconds: number): void;
  /**
   * Keys whose points are to be asked for now, at most so many: those that had none, when their rest is
   * over; with `most-points` all. They count as asked: none is given twice in five minutes.
   */
  unsure(most: number): readonly string[];
  /** Poe was asked for its points; undefined: Poe did not say. */
  balance(key: string, points: number | undefined): void;
  /**
   * Why no key may be used now, in words for a caller who has no part in it; undefined when one may.
   * `rate-limited`: they rest, the first one for `retryAfter` more seconds; `insufficient-points`: those
   * that work have none; `internal`: none works.
   */
  problem(): GatewayError | undefined;
  /** In the order of the list. */
  states(): readonly KeyReport[];
  /** Undefined for a key that is not of the pool. */
  report(key: string): KeyReport | undefined;
  facts(key: string): KeyFacts;
  /**
   * What another instance has learned of it. That Poe did not accept it counts only if it was learned
   * since this pool was made: who restarts a gateway wants it to ask again.
   */
  learn(key: string, facts: KeyFacts): void;
}

interface PooledKey extends Choosable {
  readonly key: string;
  readonly place: number;
  facts: KeyFacts;
  /** Milliseconds since 1970, all of them; 0: never. */
  coolUntil: number;
  fullUntil: number;
  askedAt: number;
}

const SECOND = 1000;

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
  const pool = [...new Set(keys)].map((key, index): PooledKey => ({
    key,
    place: index + 1,
    hash: hashOf(key),
    uses: createLastMinute(now),
    facts: {},
    coolUntil: 0,
    fullUntil: 0,
    askedAt: 0,
  }));
  const byKey = new Map(pool.map((entry) => [entry.key, entry]));
  const madeAt = now();
  /** Where round robin goes on. */
  let turn = 0;
  let lookedAt = 0;

  function readyAt({ facts, coolUntil, fullUntil, uses }: PooledKey): number {
    return Math.max(restsUntil(facts), coolUntil, fullUntil, uses.below(rateLimit));
  }

  function choose(affinity?: string, tried?: ReadonlySet<string>): PooledKey | undefined {
    const time = now();
    const none = { coolUntil: 0, fullUntil: 0, askedAt: 0 };
    if (time < lookedAt - 60 * SECOND)
      for (const entry of pool) Object.assign(entry, none, { facts: withoutTimes(entry.facts) });
    lookedAt = time;
    const ready = [...pool.slice(turn), ...pool.slice(0, turn)].filter(
      (entry) => !tried?.has(entry.key) && readyAt(entry) <= time,
    );
    // One that may have no points is the last resort: to try it costs nothing but the time.
    const sure = ready.filter(({ facts }) => !isPoor(facts));
    const best = sure.length > 0 ? sure : ready;
    return affinity ? keyOfConversation(best, hashOf(affinity)) : nextKey(best, strategy);
  }

  function take(affinity?: string, tried?: ReadonlySet<string>): string | undefined {
    const chosen = choose(affinity, tried);
    if (!chosen) return undefined;
    // A conversation's choice is not by turns, and moves none.
    if (!affinity) turn = chosen.place % pool.length;
    chosen.uses.add();
    chosen.coolUntil = now() + coolDown;
    return chosen.key;
  }

  function problem(): GatewayError | undefined {
    const time = now();
    const working = pool.filter(({ facts }) => !facts.retired);
    const first = Math.min(...working.map(readyAt));
    if (first <= time) return undefined;
    if (working.length === 0)
      return new GatewayError(
        'internal',
        'This gateway has no working Poe key: Poe accepts none that it has. Its owner must give it a new one.',
      );
    if (working.every(({ facts }) => poorUntil(facts) > time))
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

  function heard(key: string, failure: GatewayError | undefined): boolean {
    const entry = byKey.get(key);
    if (!entry) return false;
    const { facts } = entry;
    const learned = failure ? afterFailure(facts, failure, now()) : afterAnswer(facts, now());
    if (learned) entry.facts = learned;
    return failure !== undefined && learned !== undefined;
  }

  /** When its points were last asked for, here or elsewhere. */
  function knownSince({ askedAt, facts }: PooledKey): number {
    return Math.max(askedAt, facts.points?.[0] ?? 0);
  }

  function unsure(most: number): readonly string[] {
    const time = now();
    const isAsked = (facts: KeyFacts): boolean =>
      strategy === 'most-points' && !facts.retired && !isPoor(facts);
    const due = pool.filter(
      (entry) =>
        (isUnsure(entry.facts, time) || isAsked(entry.facts)) &&
        knownSince(entry) + POOR_REST <= time,
    );
    const first = due
      .toSorted(
        (one, other) =>
          Number(isPoor(other.facts)) - Number(isPoor(one.facts)) ||
          knownSince(one) - knownSince(other),
      )
      .slice(0, most);
    for (const entry of first) entry.askedAt = time;
    return first.map(({ key }) => key);
  }

  const reportOf = ({ place, facts }: PooledKey): KeyReport => ({
    place,
    state: stateOf(facts, now()),
  });

  return {
    take,
    peek: () => choose()?.key,
    heard,
    full(key, seconds) {
      const entry = byKey.get(key);
      if (entry) entry.fullUntil = now() + seconds * SECOND;
    },
    unsure,
    balance(key, points) {
      const entry = byKey.get(key);
      if (entry) entry.facts = afterBalance(entry.facts, points, now());
    },
    problem,
    states: () => pool.map(reportOf),
    report(key) {
      const entry = byKey.get(key);
      return entry && reportOf(entry);
    },
    facts: (key) => byKey.get(key)?.facts ?? {},
    learn(key, { retired, ...others }) {
      const entry = byKey.get(key);
      if (!entry) return;
      const counts = retired !== undefined && retired[0] >= madeAt;
      entry.facts = merged(entry.facts, counts ? { retired, ...others } : others);
    },
  };
}
