/** A bounded memory: what was kept longest ago goes first, and keeping again counts. */
import { expect, it } from 'vitest';
import { keep } from '../../../src/lib/recent.ts';

it('forgets what was kept longest ago when there is too much', () => {
  const memory = new Map<string, number>();
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    expect(keep(memory, key, value, 2)).toBe(value);
  expect([...memory]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});
