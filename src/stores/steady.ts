/**
 * A store that may be down, made steady: while it is, the memory of this instance serves, and the log
 * says so once. Every few seconds one call asks whether it is back; then it is told what it missed.
 */
import { keep } from '../lib/recent.ts';
import { settledWithin } from '../lib/time.ts';
import type { Platform } from '../platform.ts';
import { memoryStore } from './memory.ts';
import { type Amounts, type Store, StoreRefusal } from './store.ts';

/** For one call, in milliseconds. */
const PATIENCE = 5_000;
/** What the one that asks whether the store is back waits for it, in milliseconds: the asking goes on beside. */
const LOOK = 500;
/** How long it is left alone after a failure, in milliseconds. */
const REST = 3_000;
/** Keys whose changes are remembered while it is down. */
const MOST_MISSED = 10_000;
/** Sums kept for less, in milliseconds, are a limit's: what was counted meanwhile says nothing later. */
const LASTING = 60 * 60_000;
/** Of these, told in one go: hosts limit the calls that a request may cause. */
const AT_ONCE = 20;

/** What is to be done to a key: nothing more of what it was, its text of now, or what was added to its sums. */
interface Change {
  readonly key: string;
  readonly kind: 'delete' | 'set' | 'count';
  /** Of no use from then on. */
  readonly until: number;
  /** The store has done it after all. */
  readonly late?: () => void;
}

/** Rejects only with the store's {@link StoreRefusal}. */
export function steadyStore(remote: Store, { now, log }: Pick<Platform, 'now' | 'log'>): Store {
  let isDown = false;
  let retryAt = 0;
  let local = memoryStore(now);
  const missed = new Map<string, Change>();

  async function run<Value>(
    ask: (store: Store) => Promise<Value>,
    change?: Change,
  ): Promise<Value> {
    if (!isDown || now() >= retryAt) {
      // The others do not wait for the one that tries.
      retryAt = now() + PATIENCE + REST;
      let asked: Promise<Value> | undefined;
      try {
        if (isDown) await settledWithin(comeBack().catch(giveUp), LOOK);
        if (!isDown) return await inTime((asked = ask(remote)));
      } catch (error) {
        if (error instanceof StoreRefusal) throw error;
        giveUp(error);
        // What was late may be counted all the same: then it is not to be told again.
        asked?.then(
          () => change?.late?.(),
          () => undefined,
        );
      }
    }
    if (change) remember(change);
    return await ask(local);
  }

  function giveUp(error: unknown): void {
    if (!isDown)
      log('warn', 'The store does not answer: memory serves until it is back.', {
        error: String(error),
      });
    isDown = true;
    retryAt = now() + REST;
  }

  /** It is back once it answers and has missed nothing more. */
  async function comeBack(): Promise<void> {
    await inTime(remote.get('poeway'));
    await inTime(Promise.all([...missed.values()].slice(0, AT_ONCE).map(tell)));
    retryAt = 0;
    if (missed.size > 0) return;
    isDown = false;
    local = memoryStore(now);
    log('info', 'The store is back.');
  }

  async function tell(change: Change): Promise<void> {
    await (change.kind === 'count' ? tellSums(change) : tellText(change)).catch(
      (error: unknown) => {
        // It does not take this one, now or later.
        if (!(error instanceof StoreRefusal)) throw error;
      },
    );
    // Unless it has changed again meanwhile.
    if (missed.get(change.key) === change) missed.delete(change.key);
  }

  async function tellText({ key, kind, until }: Change): Promise<void> {
    const value = kind === 'set' ? await local.get(key) : undefined;
    await (value === undefined ? remote.delete(key) : remote.set(key, value, until - now()));
  }

  /** In memory there is what was counted since it went down, and from then on what was after this. */
  async function tellSums({ key, until }: Change): Promise<void> {
    const added = await local.count(key, {}, 0);
    if (Object.keys(added).length === 0) return;
    await remote.count(key, added, until - now());
    await local.count(key, negative(added), until - now());
  }

  /** Counts that are of no use later are not. */
  function remember(change: Change): void {
    const { key, kind, until } = change;
    // Where sums were deleted meanwhile that alone is told.
    const isSaid = until - now() < LASTING || missed.get(key)?.kind === 'delete';
    if (kind === 'count' && isSaid) return;
    keep(missed, key, change, MOST_MISSED);
  }

  return {
    get: (key) => run((store) => store.get(key)),
    set: (key, value, ttl) =>
      run((store) => store.set(key, value, ttl), { key, kind: 'set', until: now() + ttl }),
    delete: (key) => run((store) => store.delete(key), { key, kind: 'delete', until: 0 }),
    count: (key, amounts, ttl) =>
      run((store) => store.count(key, amounts, ttl), {
        key,
        kind: 'count',
        until: now() + ttl,
        late() {
          if (missed.get(key)?.kind === 'count') void local.count(key, negative(amounts), ttl);
        },
      }),
    sharesCounts: remote.sharesCounts,
  };
}

async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  if (await settledWithin(work, PATIENCE)) return await work;
  throw new Error('no answer in time');
}

function negative(amounts: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, -amount]));
}
