/** A store that goes down and comes back: what is served meanwhile, what is said, what it is told. */
import { expect, test, vi } from 'vitest';
import { memoryStore } from '../../../src/stores/memory.ts';
import { steadyStore } from '../../../src/stores/steady.ts';
import { type Store, StoreRefusal } from '../../../src/stores/store.ts';

const LONG = 1_000_000;

/** A store that is down when told, with the log of a steady one around it. */
function place() {
  const state = { time: 0, isDown: false, asked: 0 };
  const now = (): number => state.time;
  const kept = memoryStore(now);
  const ask = <Value>(answer: () => Promise<Value>): Promise<Value> => {
    state.asked += 1;
    return state.isDown ? Promise.reject(new Error('connection refused')) : answer();
  };
  const remote: Store = {
    get: (key) => ask(() => kept.get(key)),
    set: (key, value, ttl) =>
      ask(() =>
        value === 'too large'
          ? Promise.reject(new StoreRefusal('too large'))
          : kept.set(key, value, ttl),
      ),
    delete: (key) => ask(() => kept.delete(key)),
    increment: (key, by, ttl) => ask(() => kept.increment(key, by, ttl)),
  };
  const lines: string[] = [];
  const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
  return { state, kept, remote, lines, store: steadyStore(remote, { now, log }) };
}

const DOWN = 'warn: The store does not answer: memory serves until it is back.';
const BACK = 'info: The store is back.';

test('asks the store and says nothing while all is well', async () => {
  const { store, kept, lines } = place();
  await store.set('a', 'one', LONG);
  expect(await kept.get('a')).toBe('one');
  expect(await store.get('a')).toBe('one');
  expect(await store.increment('n', 2, LONG)).toBe(2);
  await store.delete('a');
  expect(await kept.get('a')).toBeUndefined();
  expect(lines).toEqual([]);
});

test('serves from memory with one warning while the store is down, and seldom asks it', async () => {
  const { store, state, lines } = place();
  state.isDown = true;
  await Promise.all(['a', 'b', 'c'].map((key) => store.set(key, `of ${key}`, LONG)));
  const { asked } = state;
  for (let round = 0; round < 100; round += 1) {
    expect(await store.get('b')).toBe('of b');
    expect(await store.increment('n', 1, LONG)).toBe(round + 1);
  }
  expect(state.asked).toBe(asked);
  for (let round = 0; round < 5; round += 1) {
    state.time += 3_000;
    expect(await store.get('c')).toBe('of c');
  }
  expect(state.asked).toBe(asked + 5);
  expect(lines).toEqual([DOWN]);
});

test('tells the store what it missed once it is back, however much that is', async () => {
  const { store, state, kept, lines } = place();
  await store.set('deleted', 'x', LONG);
  await store.set('changed', 'old', LONG);
  state.isDown = true;
  await store.delete('deleted');
  await store.set('changed', 'new', LONG);
  for (let number = 0; number < 50; number += 1) await store.set(`k${number}`, 'x', 20_000);
  state.isDown = false;
  state.time += 10_000;
  for (let round = 0; round < 4; round += 1) expect(await store.get('changed')).toBe('new');
  expect(await kept.get('deleted')).toBeUndefined();
  expect(await kept.get('changed')).toBe('new');
  expect(await kept.get('k49')).toBe('x');
  expect(lines).toEqual([DOWN, BACK]);
  state.time += 10_000;
  expect(await kept.get('k49'), 'for the rest of its time').toBeUndefined();
});

test('warns again when it goes down again', async () => {
  const { store, state, lines } = place();
  for (let round = 0; round < 2; round += 1) {
    state.isDown = true;
    await store.get('a');
    state.isDown = false;
    state.time += 10_000;
    await store.get('a');
  }
  expect(lines).toEqual([DOWN, BACK, DOWN, BACK]);
});

test('passes a refusal on: the store is not down, and is not told again in vain', async () => {
  const { store, state, lines } = place();
  await expect(store.set('a', 'too large', LONG)).rejects.toThrow(StoreRefusal);
  expect(lines).toEqual([]);
  state.isDown = true;
  await store.set('a', 'too large', LONG);
  state.isDown = false;
  state.time += 10_000;
  expect(await store.get('a')).toBeUndefined();
  expect(lines).toEqual([DOWN, BACK]);
});

test('takes a store that never answers for one that is down', async () => {
  vi.useFakeTimers();
  try {
    const { state, remote, lines } = place();
    const never: Store = { ...remote, get: () => new Promise(() => undefined) };
    const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
    const getting = steadyStore(never, { now: () => state.time, log }).get('a');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await getting).toBeUndefined();
    expect(lines).toEqual([DOWN]);
  } finally {
    vi.useRealTimers();
  }
});
