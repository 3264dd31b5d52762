/** A store that goes down and comes back: what is served meanwhile, what is said, what it is told. */
import { describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../../src/stores/memory.ts';
import { steadyStore } from '../../../src/stores/steady.ts';
import { type Store, StoreRefusal } from '../../../src/stores/store.ts';

const LONG = 1_000_000;

/** A store that is down when told, with the log of a steady one around it. */
function place() {
  const state = { time: 0, isDown: false, asked: 0 };
  const now = (): number => state.time;
  const kept = memoryStore(now);
  const during: { count?: () => Promise<unknown> } = {};
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
    count: (key, amounts, ttl) =>
      ask(async () => {
        const { count } = during;
        delete during.count;
        await count?.();
        return await kept.count(key, amounts, ttl);
      }),
    sharesCounts: true,
  };
  const lines: string[] = [];
  const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
  return { state, kept, remote, lines, during, store: steadyStore(remote, { now, log }) };
}

const DOWN = 'warn: The store does not answer: memory serves until it is back.';
const BACK = 'info: The store is back.';

test('asks the store and says nothing while all is well', async () => {
  const { store, kept, lines } = place();
  await store.set('a', 'one', LONG);
  expect(await kept.get('a')).toBe('one');
  expect(await store.get('a')).toBe('one');
  expect(await store.count('n', { a: 2 }, LONG)).toEqual({ a: 2 });
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
    expect(await store.count('n', { a: 1 }, LONG)).toEqual({ a: round + 1 });
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

describe('sums', () => {
  const DAYS = 40 * 86_400_000;
  const down = async () => {
    const it = place();
    await it.store.count('usage', { tokens: 1, '__proto__ of': 5 }, DAYS);
    it.state.isDown = true;
    return it;
  };

  test('that are kept for long are told what was added meanwhile, once', async () => {
    const { store, state, kept } = await down();
    await store.count('usage', { tokens: 20 }, DAYS);
    expect(await store.count('usage', { tokens: 300 }, DAYS), 'from memory').toEqual({
      tokens: 320,
    });
    await kept.count('usage', { tokens: 4_000 }, DAYS);
    for (let round = 0; round < 3; round += 1) {
      state.isDown = false;
      state.time += 10_000;
      const all = { tokens: 4_321, '__proto__ of': 5 };
      expect(await store.count('usage', {}, DAYS)).toEqual(all);
      state.isDown = true;
      await store.get('any');
    }
    state.time += DAYS - 10_000;
    expect(await kept.count('usage', {}, DAYS), 'for the rest of their time').toEqual({});
  });

  test('that changed while they were told are told the rest too', async () => {
    const { store, state, kept, during } = await down();
    await store.count('usage', { tokens: 20 }, DAYS);
    state.isDown = false;
    state.time += 10_000;
    during.count = async () => {
      expect(await store.count('usage', { tokens: 300 }, DAYS)).toEqual({ tokens: 320 });
    };
    await store.get('any');
    expect((await kept.count('usage', {}, DAYS))['tokens']).toBe(21);
    await store.get('any');
    expect((await kept.count('usage', {}, DAYS))['tokens']).toBe(321);
  });

  test('of limits, which are over soon, are not told', async () => {
    const { store, state, kept } = await down();
    await store.count('minute', { uses: 20 }, 120_000);
    state.isDown = false;
    state.time += 10_000;
    await store.get('any');
    expect(await kept.count('minute', {}, LONG)).toEqual({});
  });

  test('that were deleted meanwhile are deleted, whatever was counted after', async () => {
    const { store, state, kept } = await down();
    await store.delete('usage');
    expect(await store.count('usage', { tokens: 20 }, DAYS)).toEqual({ tokens: 20 });
    state.isDown = false;
    state.time += 10_000;
    expect(await store.count('usage', {}, DAYS)).toEqual({});
    expect(await kept.get('usage')).toBeUndefined();
  });

  test('that are only asked for leave nothing to be told', async () => {
    const { store, state, kept } = await down();
    expect(await store.count('usage', {}, DAYS)).toEqual({});
    state.isDown = false;
    state.time += 10_000;
    expect((await store.count('usage', {}, DAYS))['tokens']).toBe(1);
    expect(await kept.get('usage')).toContain('"tokens":1');
  });
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
    let isHung = true;
    const never: Store = {
      ...remote,
      get: (key) => (isHung ? new Promise(() => undefined) : remote.get(key)),
    };
    const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
    const store = steadyStore(never, { now: () => state.time, log });
    const getting = store.get('a');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await getting).toBeUndefined();
    expect(lines).toEqual([DOWN]);

    for (let round = 0; round < 3; round += 1) {
      state.time += 10_000;
      let isServed = false;
      void store.get('a').then(() => (isServed = true));
      await vi.advanceTimersByTimeAsync(500);
      expect(isServed, 'who asks whether it is back is served soon').toBe(true);
      await vi.advanceTimersByTimeAsync(4_500);
    }
    expect(lines).toEqual([DOWN]);
    isHung = false;
    state.time += 10_000;
    await store.get('a');
    expect(lines).toEqual([DOWN, BACK]);
  } finally {
    vi.useRealTimers();
  }
});

test('tells a store that was late only what it has not counted after all', async () => {
  vi.useFakeTimers();
  try {
    const { state, kept, store, during, lines } = place();
    let wake = (): void => undefined;
    during.count = () => new Promise<void>((resolve) => (wake = resolve));
    const counting = store.count('n', { a: 1 }, 40 * LONG);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await counting).toEqual({ a: 1 });
    expect(await store.count('n', { a: 2 }, 40 * LONG)).toEqual({ a: 3 });
    wake();
    await vi.advanceTimersByTimeAsync(0);
    state.time += 3_000;
    await store.get('b');
    expect(lines).toEqual([DOWN, BACK]);
    expect(await kept.count('n', {}, 0)).toEqual({ a: 3 });
  } finally {
    vi.useRealTimers();
  }
});
