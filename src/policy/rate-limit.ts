/**
 * Requests a minute, by the name of who asks: counted exactly in this instance's memory, or, where a
 * store counts for all instances, in two windows of a minute there, by slots of two seconds.
 *
 * A use may be forgotten up to a slot late, never early, as far as the instances' clocks agree. Where they
 * differ by a second, one may not see what another lets through in the first second of a minute.
 */
import { keep } from '../lib/recent.ts';
import { type Amounts, type Store, StoreRefusal } from '../stores/store.ts';
import { createLastMinute, type LastMinute } from './last-minute.ts';

const SECOND = 1000;
const SLOT = 2 * SECOND;
/** In a window. */
const SLOTS = 30;
/** For how long a count may be of use: its own window and the next. */
const KEPT = 2 * 60 * SECOND;
/** A name that is over its limit is not asked about again for so long: who hammers us does not hammer the store. */
const SHORT = SECOND;
/** Names in memory; those not used for longest are forgotten first. */
const MOST = 5_000;

/** What became of one use. */
export interface Taken {
  /** Uses a minute. */
  readonly limit: number;
  /** Uses that may follow at once. */
  readonly remaining: number;
  /** Seconds until the count is smaller. */
  readonly reset: number;
  /** Seconds until one may pass; undefined: this one may. */
  readonly retryAfter: number | undefined;
}

/** The counts. */
export interface RateLimits {
  /** Counts one use, if it may pass. @param name Short, and no secret: it is part of a key in the store. */
  take(name: string, perMinute: number): Promise<Taken>;
  /** What `take` would say, and nothing is counted. */
  peek(name: string, perMinute: number): Promise<Taken>;
}

/** @param uses 1, or 0 to look only. */
type Count = (name: string, perMinute: number, uses: 0 | 1) => Promise<Taken>;

/** What this instance knows of a name that is counted in the store. */
interface Known {
  window: number;
  /** The sums of the window before, when they change no more. */
  previous: Amounts | undefined;
  /** Milliseconds since 1970, both: no use may pass before, as far as is known; then ask again. */
  resetAt: number;
  askAt: number;
}

/**
 * One memory for each kind of names: a crowd of one kind makes none of another forgotten.
 *
 * @param now Milliseconds since 1970.
 * @param store Counts for all instances if it can: no more than the limit pass in any minute. While it is
 *   down, and steady, each instance holds the limit for itself.
 * @param log Told once when the store does not take counts; then too each instance counts for itself.
 */
export function createRateLimits(
  now: () => number,
  store?: Store,
  log: (level: 'warn', message: string, fields: { error: string }) => void = () => undefined,
): RateLimits {
  const here = countHere(now);
  const everywhere = store?.sharesCounts ? countIn(store, now) : here;
  let isWarned = false;
  const count: Count = async (name, perMinute, uses) => {
    try {
      return await everywhere(name, perMinute, uses);
    } catch (error) {
      if (!(error instanceof StoreRefusal)) throw error;
      if (!isWarned)
        log('warn', 'The store takes no counts: each instance holds limits for itself.', {
          error: error.message,
        });
      isWarned = true;
      return await here(name, perMinute, uses);
    }
  };
  return {
    take: (name, perMinute) => count(name, perMinute, 1),
    peek: (name, perMinute) => count(name, perMinute, 0),
  };
}

function countHere(now: () => number): Count {
  const names = new Map<string, LastMinute>();
  return (name, perMinute, uses) => {
    const recent = keep(names, name, names.get(name) ?? createLastMinute(now), MOST);
    const isOver = recent.count() >= perMinute;
    if (!isOver && uses > 0) recent.add();
    const used = recent.count();
    return Promise.resolve(taken(perMinute, used, recent.below(used) - now(), isOver));
  };
}

function countIn(store: Store, now: () => number): Count {
  const names = new Map<string, Known>();
  return async (name, perMinute, uses) => {
    const time = now();
    const slot = Math.floor(time / SLOT);
    const window = Math.floor(slot / SLOTS);
    const none: Known = { window, previous: undefined, resetAt: 0, askAt: 0 };
    const known = keep(names, name, names.get(name) ?? none, MOST);
    if (time < known.askAt && time >= known.askAt - SHORT)
      return taken(perMinute, perMinute, known.resetAt - time, true);
    if (known.window !== window) Object.assign(known, { window, previous: undefined });

    const key = `limit:${name}:${window}`;
    const field = String(slot % SLOTS);
    const [current, previous] = await Promise.all([
      store.count(key, uses > 0 ? { [field]: uses } : {}, KEPT),
      known.previous ?? store.count(`limit:${name}:${window - 1}`, {}, KEPT),
    ]);
    // Not in its first seconds: others, whose clocks are behind, may still count in the one before.
    if (known.window === window && slot % SLOTS > 0) known.previous = previous;

    let used = 0;
    let oldest = slot;
    for (let index = slot - SLOTS; index < (window + 1) * SLOTS; index++) {
      const sums = index < window * SLOTS ? previous : current;
      const counted = sums[String(index % SLOTS)] ?? 0;
      if (counted <= 0) continue;
      used += counted;
      oldest = Math.min(oldest, index);
    }
    const resetAt = (oldest + SLOTS + 1) * SLOT;
    const isOver = used - uses >= perMinute;
    if (isOver) {
      Object.assign(known, { resetAt, askAt: Math.min(resetAt, time + SHORT) });
      // Taken back at once and not beside: a host may end what goes on when the reply has left.
      if (uses > 0) await store.count(key, { [field]: -uses }, KEPT);
    }
    return taken(perMinute, used, resetAt - time, isOver);
  };
}

function taken(limit: number, used: number, milliseconds: number, isOver: boolean): Taken {
  const reset = Math.max(1, Math.ceil(milliseconds / SECOND));
  const remaining = Math.max(0, limit - used);
  return { limit, remaining, reset, retryAfter: isOver ? reset : undefined };
}
