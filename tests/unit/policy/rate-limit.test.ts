/** Requests a minute: so many, whoever else asks, and what is refused does not count. */
import { expect, it } from 'vitest';
import { createRateLimits } from '../../../src/policy/rate-limit.ts';

it('lets so many pass in a minute, and says how long to wait', () => {
  let time = 0;
  const { take } = createRateLimits(() => time);
  expect([take('a', 2), take('a', 2)]).toEqual([undefined, undefined]);
  time = 20_000;
  expect(take('a', 2)).toBe(41);
  expect(take('b', 2), 'another’s limit').toBeUndefined();
  time = 61_000;
  expect(take('a', 2)).toBeUndefined();
});

it('does not count what it refuses', () => {
  let time = 0;
  const { take } = createRateLimits(() => time);
  take('a', 1);
  for (time = 1000; time < 61_000; time += 1000) expect(take('a', 1)).toBeGreaterThan(0);
  expect(take('a', 1)).toBeUndefined();
});
