/** Bounded memories: what was kept longest ago goes first, and keeping again counts; of names the first stay. */
import { describe, expect, it } from 'vitest';
import { boundedNames, keep } from '../../../src/lib/recent.ts';

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

describe('boundedNames', () => {
  it('keeps the first names, and calls all others one', () => {
    const nameOf = boundedNames(2);
    expect(nameOf('a', false)).toBe('other');
    expect(['a', 'b', 'c', 'a'].map((name) => nameOf(name, true))).toEqual([
      'a',
      'b',
      'other',
      'a',
    ]);
    expect(nameOf('a', false)).toBe('a');
    expect(nameOf('c', false)).toBe('other');
  });
});
