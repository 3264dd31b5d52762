/**
 * What is known of one Poe key of the pool, and since when: small facts that instances can tell each
 * other. Of two about the same the newer one counts, whoever tells them and in whatever order.
 */
import type { GatewayError } from '../core/error.ts';
import { isJsonObject, type JsonValue } from '../lib/json.ts';

/** When it was learned, and until when it holds, or how many points; times are milliseconds since 1970. */
type Fact = readonly [at: number, value: number];

/**
 * `limited`: rests until then. `poor`: out of points, rests until then and is not sure to have some
 * afterwards; until 0: it has some again. `retired`: Poe does not accept it. `points`: its balance.
 */
type Cause = 'limited' | 'poor' | 'retired' | 'points';

/** All that is known of a key; never changed, only replaced. */
export type KeyFacts = { readonly [cause in Cause]?: Fact };

/** What Poe last said of a key. */
export type KeyState = 'ready' | 'limited' | 'poor' | 'retired';

const CAUSES: readonly Cause[] = ['limited', 'poor', 'retired', 'points'];

const SECOND = 1000;
/** Points come back by themselves, or are bought. */
export const POOR_REST = 5 * 60 * SECOND;
/** No word of Poe's sends a key away for longer, and no fact is of use to others for longer. */
export const LONGEST_REST = 60 * 60 * SECOND;
/** A shorter rest is nearly over when others could have heard of it. */
const WORTH_TELLING = 5 * SECOND;
/** By which the clock of another instance may be ahead. */
const CLOCKS_DIFFER = 60 * SECOND;

/** When it may be used again, for all that Poe has said. */
export function restsUntil(facts: KeyFacts): number {
  const { limited, retired } = facts;
  return retired ? Infinity : Math.max(limited?.[1] ?? 0, poorUntil(facts));
}

/** When the rest of a key without points is over; 0: it has some. */
export function poorUntil({ poor }: KeyFacts): number {
  return poor?.[1] ?? 0;
}

/** It was out of points, and nobody has said since that it has some. */
export function isPoor(facts: KeyFacts): boolean {
  return poorUntil(facts) > 0;
}

/** It was out of points, and its rest is over. What is heard earlier was asked before that. */
export function isUnsure(facts: KeyFacts, now: number): boolean {
  return isPoor(facts) && !facts.retired && poorUntil(facts) <= now;
}

/** What is left of them when the clock was set back: by it a rest would last for hours. */
export function withoutTimes({ retired }: KeyFacts): KeyFacts {
  return retired ? { retired } : {};
}

/** @param now Milliseconds since 1970. */
export function stateOf(facts: KeyFacts, now: number): KeyState {
  if (facts.retired) return 'retired';
  if (isPoor(facts)) return 'poor';
  return restsUntil(facts) > now ? 'limited' : 'ready';
}

/** @returns Undefined when the failure is not the key's. */
export function afterFailure(
  facts: KeyFacts,
  { kind, retryAfter = 1 }: Pick<GatewayError, 'kind' | 'retryAfter'>,
  now: number,
): KeyFacts | undefined {
  if (kind === 'insufficient-points') return { ...facts, poor: [now, now + POOR_REST] };
  if (kind === 'unauthenticated') return { ...facts, retired: facts.retired ?? [now, 0] };
  if (kind !== 'rate-limited') return undefined;
  // The longest rest counts: an answer to an older call takes nothing back.
  const until = now + Math.min(retryAfter * SECOND, LONGEST_REST);
  return merged(facts, { limited: [now, until] });
}

/** Poe has begun to answer: a key that was tried when its rest was over has points. */
export function afterAnswer(facts: KeyFacts, now: number): KeyFacts {
  return isUnsure(facts, now) ? { ...facts, poor: [now, 0] } : facts;
}

/** @param points Undefined when nobody could say: then it is tried. */
export function afterBalance(facts: KeyFacts, points: number | undefined, now: number): KeyFacts {
  const until = points === undefined || points > 0 ? 0 : now + POOR_REST;
  return {
    ...facts,
    ...(points === undefined ? {} : { points: [now, points] }),
    ...(isUnsure(facts, now) ? { poor: [now, until] } : {}),
  };
}

/** Is the fact newer than what is known? Of limits the longer rest counts. */
function isNewer(cause: Cause, fact: Fact, known: Fact | undefined): boolean {
  const which = cause === 'limited' ? 1 : 0;
  return known === undefined || fact[which] > known[which];
}

/** Both together; the first one itself where the second tells nothing new. */
export function merged(facts: KeyFacts, others: KeyFacts): KeyFacts {
  const newer = CAUSES.flatMap((cause) => {
    const fact = others[cause];
    return fact && isNewer(cause, fact, facts[cause]) ? [[cause, fact]] : [];
  });
  return newer.length === 0 ? facts : { ...facts, ...Object.fromEntries(newer) };
}

/** Whether others, who know so much, should be told of these facts. */
export function hasNews(facts: KeyFacts, known: KeyFacts, now: number): boolean {
  return CAUSES.some((cause) => {
    const fact = facts[cause];
    if (!fact || !isFresh(fact, now) || !isNewer(cause, fact, known[cause])) return false;
    return cause !== 'limited' || fact[1] - now >= WORTH_TELLING;
  });
}

/** What is worth keeping of them. */
export function freshFacts(facts: KeyFacts, now: number): KeyFacts {
  return Object.fromEntries(
    CAUSES.flatMap((cause) => {
      const fact = facts[cause];
      return fact && isFresh(fact, now) ? [[cause, fact]] : [];
    }),
  );
}

/** Facts that another instance wrote down; what cannot be one is left out. */
export function readFacts(value: JsonValue | undefined, now: number): KeyFacts {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    CAUSES.flatMap((cause) => {
      const fact = value[cause];
      return isFact(fact) && isFresh(fact, now) && isPossible(cause, fact) ? [[cause, fact]] : [];
    }),
  );
}

function isFact(value: unknown): value is Fact {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
}

function isFresh([at]: Fact, now: number): boolean {
  return at > now - LONGEST_REST && at < now + CLOCKS_DIFFER;
}

function isPossible(cause: Cause, [at, value]: Fact): boolean {
  return cause === 'points' || value <= at + LONGEST_REST;
}
