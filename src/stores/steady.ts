/**
 * A store that may be down, made steady: while it is, the memory of this instance serves, and the log
 * says so once. Every few seconds one call asks whether it is back; then it is told what it missed.
 */
import type { Platform } from '../platform.ts';
import { memoryStore } from './memory.ts';
import { type Store, StoreRefusal } from './store.ts';

/** For one call, in milliseconds. */
const PATIENCE = 5_000;
/** How long it is left alone after a failure, in milliseconds. */
const REST = 3_000;
/** Keys whose changes are remembered while it is down. */
const MOST_MISSED = 10_000;
/** Of these, told in one go: hosts limit the calls that a request may cause. */
const AT_ONCE = 20;

/** Rejects only with the store's {@link StoreRefusal}. */
export function steadyStore(remote: Store, { now, log }: Pick<Platform, 'now' | 'log'>): Store {
  let isDown = false;
  let retryAt = 0;
  let local = memoryStore(now);
  /** Keys that were set or deleted meanwhile, and until when what was set is of use. */
  const missed = new Map<string, number>();

  async function run<Value>(
    ask: (store: Store) => Promise<Value>,
    change?: { readonly key: string; readonly until: number },
  ): Promise<Value> {
    if (!isDown || now() >= retryAt) {
      // The others do not wait for the one that tries.
      retryAt = now() + PATIENCE + REST;
      try {
        if (isDown) await comeBack();
        if (!isDown) return await inTime(ask(remote));
      } catch (error) {
        if (error instanceof StoreRefusal) throw error;
        giveUp(error);
      }
    }
    if (change) remember(change.key, change.until);
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
    const part = [...missed].slice(0, AT_ONCE);
    await inTime(Promise.all(part.map(([key, until]) => tell(key, until))));
    retryAt = 0;
    if (missed.size > 0) return;
    isDown = false;
    local = memoryStore(now);
    log('info', 'The store is back.');
  }

  async function tell(key: string, until: number): Promise<void> {
    const value = await local.get(key);
    const telling =
      value === undefined ? remote.delete(key) : remote.set(key, value, until - now());
    await telling.catch((error: unknown) => {
      // It does not take this one, now or later.
      if (!(error instanceof StoreRefusal)) throw error;
    });
    // Unless it has changed again meanwhile.
    if (missed.get(key) === until) missed.delete(key);
  }

  function remember(key: string, until: number): void {
    missed.delete(key);
    missed.set(key, until);
    if (missed.size > MOST_MISSED)
      for (const oldest of missed.keys()) return void missed.delete(oldest);
  }

  return {
    get: (key) => run((store) => store.get(key)),
    set: (key, value, ttl) =>
      run((store) => store.set(key, value, ttl), { key, until: now() + ttl }),
    delete: (key) => run((store) => store.delete(key), { key, until: 0 }),
    // What is counted meanwhile holds for this instance and this time only.
    increment: (key, by, ttl) => run((store) => store.increment(key, by, ttl)),
  };
}

function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
