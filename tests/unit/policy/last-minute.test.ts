/** Uses in the last minute: what a list of all times would say, to the second. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLastMinute } from '../../../src/policy/last-minute.ts';
import { LAW } from '../record.ts';

const MINUTE = 60_000;

it('counts what a list of all times has, forgets at most a second late, and never early', () => {
  const gaps = fc.array(fc.tuple(fc.nat(20_000), fc.nat(3)), { maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 8 }), (passed, limit) => {
      let now = 1_700_000_000_123;
      const uses = createLastMinute(() => now);
      const times: number[] = [];
      for (const [gap, more] of passed) {
        now += gap;
        const since = (age: number) => times.filter((time) => time > now - age).length;
        expect(uses.count()).toBeGreaterThanOrEqual(since(MINUTE));
        expect(uses.count()).toBeLessThanOrEqual(since(MINUTE + 1_000));
        const free = uses.below(limit);
        expect(free === 0).toBe(uses.count() < limit);
        if (free > 0) {
          expect(free).toBeGreaterThan(now);
          now = free - 1;
          expect(uses.count()).toBeGreaterThanOrEqual(limit);
          now = free;
          expect(uses.count()).toBeLessThan(limit);
        }
        for (let added = 0; added < more; added++) {
          uses.add();
          times.push(now);
        }
      }
    }),
    LAW,
  );
});

it('survives a clock that is set back', () => {
  let now = 100_000;
  const uses = createLastMinute(() => now);
  uses.add();
  now = 50_000;
  uses.add();
  expect(uses.count()).toBe(2);
  expect(uses.below(1), 'a minute from now, however far back').toBe(111_000);
  now = 111_000;
  expect(uses.count()).toBe(0);
});
