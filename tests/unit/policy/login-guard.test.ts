/** Guessing tokens: ten tries a minute from an address, and nobody who is known there is locked out. */
import { describe, expect, it } from 'vitest';
import { createLoginGuard, type LoginGuard } from '../../../src/policy/login-guard.ts';
import { createRateLimits } from '../../../src/policy/rate-limit.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import type { Store } from '../../../src/stores/store.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Guards on one clock, which the test moves; with a store, of several instances. */
function guards(isShared = false) {
  const state = { time: 10 * MINUTE };
  const now = () => state.time;
  const asked: string[] = [];
  const memory = memoryStore(now);
  const store: Store = {
    ...memory,
    get: (key) => (asked.push(key), memory.get(key)),
    count: (key, ...rest) => (asked.push(key), memory.count(key, ...rest)),
    sharesCounts: isShared,
  };
  const warned: string[] = [];
  const make = (): LoginGuard =>
    createLoginGuard({
      now,
      limits: createRateLimits(now, store),
      store,
      warn: (address) => warned.push(address),
    });
  const came = async (guard: LoginGuard, address: string, token: string) => {
    const works: Promise<void>[] = [];
    const wait = await guard.came(address, token, (work) => works.push(work));
    await Promise.all(works);
    return wait;
  };
  return { state, warned, make, came, asked };
}

/** How many of so many wrong tokens are told that they are wrong. */
async function told(guard: LoginGuard, address: string, times: number): Promise<number> {
  const waits = await Promise.all(Array.from({ length: times }, () => guard.failed(address)));
  return waits.filter((wait) => wait === undefined).length;
}

describe('an address that guesses', () => {
  it('is told ten times in a minute, however many it tries at once', async () => {
    const { state, make, warned } = guards();
    const guard = make();
    expect(await told(guard, 'x', 500)).toBe(10);
    expect(await guard.failed('x')).toBe(61);
    expect(await told(guard, 'y', 3), 'another address').toBe(3);
    state.time += 61_000;
    expect(await told(guard, 'x', 500)).toBe(10);
    expect(warned, 'one warning in an hour').toEqual(['x']);
    state.time += 60 * MINUTE;
    await told(guard, 'x', 11);
    expect(warned).toEqual(['x', 'x']);
  });

  it('learns nothing of a right token either, until the minute is over', async () => {
    const { state, make, came } = guards();
    const guard = make();
    await told(guard, 'x', 10);
    expect(await came(guard, 'x', 'laptop')).toBeGreaterThan(0);
    expect(await came(guard, 'y', 'laptop'), 'elsewhere').toBeUndefined();
    state.time += 61_000;
    expect(await came(guard, 'x', 'laptop')).toBeUndefined();
  });

  it('locks out nobody who has come in from there within a day', async () => {
    const { state, make, came } = guards();
    const guard = make();
    await came(guard, 'x', 'laptop');
    state.time += DAY - MINUTE;
    await told(guard, 'x', 99);
    expect(await came(guard, 'x', 'laptop')).toBeUndefined();
    expect(await came(guard, 'x', 'phone')).toBeGreaterThan(0);
    state.time += MINUTE;
    await told(guard, 'x', 99);
    expect(await came(guard, 'x', 'laptop')).toBeGreaterThan(0);
  });
});

describe('instances that share a store', () => {
  it('count guesses together, and know who has come in by another', async () => {
    const { make, came } = guards(true);
    const [one, other] = [make(), make()];
    await came(one, 'x', 'laptop');
    expect(await told(one, 'x', 6)).toBe(6);
    expect(await told(other, 'x', 6)).toBe(4);
    expect(await came(other, 'x', 'laptop')).toBeUndefined();
    expect(await came(other, 'x', 'phone')).toBeGreaterThan(0);
  });

  it('ask the store as often of a wrong token as of a right one, once an address is locked', async () => {
    const { state, make, came, asked } = guards(true);
    const guard = make();
    await told(guard, 'x', 11);
    const asks = async (work: () => Promise<unknown>): Promise<number> => {
      const before = asked.length;
      expect(await work()).toBeGreaterThan(0);
      return asked.length - before;
    };
    state.time += 1;
    expect(await asks(() => guard.failed('x'))).toBe(1);
    expect(await asks(() => came(guard, 'x', 'phone'))).toBe(1);
  });

  it('do not take the word of a store for it that counts for one instance only', async () => {
    const { make, came } = guards();
    const [one, other] = [make(), make()];
    await came(one, 'x', 'laptop');
    await told(other, 'x', 10);
    expect(await came(other, 'x', 'laptop')).toBeGreaterThan(0);
  });
});
