/** Requests a minute: so many, whoever else asks and wherever, and what is refused does not count. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimits, type RateLimits } from '../../../src/policy/rate-limit.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { type Store, StoreRefusal } from '../../../src/stores/store.ts';
import { LAW } from '../record.ts';

const MINUTE = 60_000;

/** A store that counts for all: the memory, which several instances share here. */
function sharedStore(now: () => number): Store & { readonly asked: string[] } {
  const asked: string[] = [];
  const store = memoryStore(now);
  return {
    ...store,
    asked,
    sharesCounts: true,
    count(key, amounts, ttl) {
      asked.push(`${key} ${JSON.stringify(amounts)}`);
      return store.count(key, amounts, ttl);
    },
  };
}

const passed = async (
  { take }: RateLimits,
  limit: number,
  times: number,
  name = 'a',
): Promise<number> => {
  let through = 0;
  for (let time = 0; time < times; time++)
    if ((await take(name, limit)).retryAfter === undefined) through++;
  return through;
};

describe.each([
  {
    where: 'this instance',
    make: (now: () => number) => createRateLimits(now),
    late: 1_000,
    forgets: true,
  },
  {
    where: 'a store',
    make: (now: () => number) => createRateLimits(now, sharedStore(now)),
    late: 2_000,
    forgets: false,
  },
  {
    where: 'this instance, where the store counts for nobody else',
    make: (now: () => number) => createRateLimits(now, memoryStore(now)),
    late: 1_000,
    forgets: true,
  },
])('a limit held by $where', ({ make, late, forgets }) => {
  it('shuts nobody out for longer than a minute when the clock is set back', async () => {
    let time = 1_000 * MINUTE;
    const limits = make(() => time);
    expect(await passed(limits, 3, 5)).toBe(3);
    time -= 500 * MINUTE;
    await passed(limits, 3, 5);
    time += MINUTE + 2_000;
    expect(await passed(limits, 3, 5)).toBe(3);
  });

  it('lets so many pass in a minute, and says how many more and how long to wait', async () => {
    let time = 10 * MINUTE;
    const { take } = make(() => time);
    const whole = (MINUTE + late) / 1000;
    expect(await take('a', 2)).toEqual({
      limit: 2,
      remaining: 1,
      reset: whole,
      retryAfter: undefined,
    });
    time += 20_000;
    const second = await take('a', 2);
    expect(second).toEqual({
      limit: 2,
      remaining: 0,
      reset: whole - 20,
      retryAfter: undefined,
    });
    expect(await take('a', 2)).toEqual({ ...second, retryAfter: whole - 20 });
    expect((await take('b', 2)).remaining, 'another’s limit').toBe(1);
    time += (whole - 20) * 1000 - 1;
    expect((await take('a', 2)).retryAfter).toBe(1);
    time += 1;
    expect(await take('a', 2)).toMatchObject({ remaining: 0, retryAfter: undefined });
  });

  it('does not count what it refuses', async () => {
    let time = 10 * MINUTE;
    const { take } = make(() => time);
    await take('a', 1);
    for (time += 500; time < 11 * MINUTE; time += 1500)
      expect((await take('a', 1)).retryAfter).toBeGreaterThan(0);
    time = 11 * MINUTE + late;
    expect((await take('a', 1)).retryAfter).toBeUndefined();
  });

  it('never lets more than the limit pass in any minute, and all that do pass when they may', async () => {
    const gaps = fc.array(fc.nat(15_000), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 6 }), async (waits, limit) => {
        let time = 1_700_000_000_123;
        const { take } = make(() => time);
        const times: number[] = [];
        for (const wait of waits) {
          time += wait;
          const since = (age: number) => times.filter((before) => before > time - age).length;
          const { retryAfter } = await take('a', limit);
          if (retryAfter === undefined) {
            expect(since(MINUTE)).toBeLessThan(limit);
            times.push(time);
          } else expect(since(MINUTE + late + 1_000)).toBe(limit);
        }
      }),
      LAW,
    );
  });

  it('says what the next use would be told, and counts nothing by that', async () => {
    const { take, peek } = make(() => 10 * MINUTE);
    expect(await peek('a', 1)).toMatchObject({ remaining: 1, retryAfter: undefined });
    expect(await peek('a', 1)).toMatchObject({ remaining: 1, retryAfter: undefined });
    expect((await take('a', 1)).retryAfter).toBeUndefined();
    const told = await peek('a', 1);
    expect(told.retryAfter).toBeGreaterThan(0);
    expect(await take('a', 1)).toEqual(told);
  });

  it('keeps a bounded number of names in memory: those not used for longest are forgotten', async () => {
    const { take } = make(() => 0);
    for (const name of ['first', 'second']) await take(name, 3);
    for (let other = 0; other < 4_999; other++) {
      if (other === 4_000) await take('second', 3);
      await take(`other-${other}`, 3);
    }
    expect((await take('second', 3)).remaining).toBe(0);
    expect((await take('first', 3)).remaining).toBe(forgets ? 2 : 1);
  });
});

describe('several instances on one store', () => {
  it('hold one limit together', async () => {
    let time = 10 * MINUTE;
    const store = sharedStore(() => time);
    const [one, other] = [createRateLimits(() => time, store), createRateLimits(() => time, store)];
    expect(await passed(one, 10, 7)).toBe(7);
    expect(await passed(other, 10, 7)).toBe(3);
    expect(await passed(one, 10, 7)).toBe(0);
    // The next window, in which all of it still counts; then none of it does.
    time += MINUTE;
    expect((await passed(one, 10, 9)) + (await passed(other, 10, 9))).toBe(0);
    time += 2_000;
    expect((await passed(one, 10, 9)) + (await passed(other, 10, 9))).toBe(10);
  });

  it('let exactly as many pass when all ask at once', async () => {
    const now = () => 10 * MINUTE + 59_000;
    const store = sharedStore(now);
    const instances = Array.from({ length: 4 }, () => createRateLimits(now, store));
    const asked = Array.from({ length: 200 }, (_, index) => instances[index % 4]?.take('a', 20));
    const answers = await Promise.all(asked);
    expect(answers.filter((taken) => taken?.retryAfter === undefined)).toHaveLength(20);
    expect(await store.count('limit:a:10', {}, 1), 'what was refused is taken back').toEqual({
      29: 20,
    });
  });

  it('ask the store once for each use, and for the window before once a window', async () => {
    let time = 10 * MINUTE;
    const store = sharedStore(() => time);
    const { take } = createRateLimits(() => time, store);
    for (const passes of [0, 4_100, 2_000, 2_000, MINUTE]) {
      time += passes;
      await take('a', 9);
    }
    expect(store.asked).toEqual([
      'limit:a:10 {"0":1}',
      // In the first seconds others may still count there.
      'limit:a:9 {}',
      'limit:a:10 {"2":1}',
      'limit:a:9 {}',
      'limit:a:10 {"3":1}',
      'limit:a:10 {"4":1}',
      'limit:a:11 {"4":1}',
      'limit:a:10 {}',
    ]);
  });

  it('do not ask the store for a name that was refused in the last second', async () => {
    let time = 10 * MINUTE + 10_000;
    const store = sharedStore(() => time);
    const limits = createRateLimits(() => time, store);
    await passed(limits, 1, 2);
    const before = store.asked.length;
    expect(await passed(limits, 1, 50)).toBe(0);
    expect(store.asked).toHaveLength(before);
    time += 1_000;
    expect(await passed(limits, 1, 1)).toBe(0);
    expect(store.asked).toHaveLength(before + 2);
  });

  it('pass only what one adds unseen while their clocks differ', async () => {
    let time = 10 * MINUTE - 500;
    const store = sharedStore(() => time);
    const one = createRateLimits(() => time, store);
    const ahead = createRateLimits(() => time + 800, store);
    let through = 0;
    for (; time < 11 * MINUTE - 3_000; time += 100)
      through += (await passed(one, 20, 1)) + (await passed(ahead, 20, 1));
    expect(through).toBeGreaterThanOrEqual(20);
    expect(through).toBeLessThanOrEqual(25);
  });
});

describe('a store that takes no counts', () => {
  it('leaves the limit to this instance, with one warning', async () => {
    const lines: unknown[] = [];
    const refusal = new StoreRefusal('no more today');
    const store = { ...sharedStore(() => 0), count: () => Promise.reject(refusal) };
    const limits = createRateLimits(
      () => 0,
      store,
      (level, _, fields) => lines.push([level, fields]),
    );
    expect(await passed(limits, 3, 9)).toBe(3);
    expect(lines).toEqual([['warn', { error: 'no more today' }]]);
  });

  it('is told of when it fails otherwise: a steady store does not', async () => {
    const store = { ...sharedStore(() => 0), count: () => Promise.reject(new Error('lost')) };
    await expect(createRateLimits(() => 0, store).take('a', 1)).rejects.toThrow('lost');
  });
});
