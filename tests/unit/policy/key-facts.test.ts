/** What instances tell each other of a key: in whatever order it comes, all end up knowing the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/lib/json.ts';
import {
  afterBalance,
  afterFailure,
  freshFacts,
  hasNews,
  type KeyFacts,
  merged,
  readFacts,
  stateOf,
} from '../../../src/policy/key-facts.ts';
import { LAW } from '../record.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

const FACT = fc.tuple(fc.integer({ min: NOW - 50, max: NOW }), fc.nat(60));
/** No two facts of one time say different things: no instance learns two at once. */
const FACTS = fc
  .record({ limited: FACT, poor: FACT, retired: FACT, points: FACT }, { requiredKeys: [] })
  .map((facts) =>
    Object.fromEntries(
      Object.entries(facts).map(([cause, [at, more]]) => [
        cause,
        [at, cause === 'limited' ? at + more : (at * 7) % 13],
      ]),
    ),
  ) as fc.Arbitrary<KeyFacts>;

/** As far as it matters: of limits until when. */
const gist = ({ limited, ...others }: KeyFacts) => ({ limited: limited?.[1], ...others });

describe('what two know', () => {
  it('is the same in either order, and again', () => {
    fc.assert(
      fc.property(FACTS, FACTS, FACTS, (a, b, c) => {
        const all = merged(merged(a, b), c);
        expect(gist(merged(c, merged(b, a)))).toEqual(gist(all));
        expect(merged(all, b)).toBe(all);
        expect(merged(all, a)).toBe(all);
      }),
      LAW,
    );
  });

  it('is the newer word on points, and the longer rest', () => {
    const poor = { poor: [NOW, NOW + 300_000] } as const;
    const rich = afterBalance(poor, 5, NOW + 300_000);
    expect(merged(poor, rich)).toEqual(rich);
    expect(merged(rich, poor)).toBe(rich);
    const long = { limited: [NOW, NOW + 60_000] } as const;
    const short = { limited: [NOW + 1, NOW + 2_000] } as const;
    expect(merged(long, short)).toBe(long);
    expect(merged(short, long)).toEqual(long);
  });
});

describe('news', () => {
  const limitedFor = (seconds: number): KeyFacts =>
    afterFailure({}, { kind: 'rate-limited', retryAfter: seconds }, NOW) ?? {};

  it.each([
    { name: 'a long rest', facts: limitedFor(5), known: {}, isNews: true },
    { name: 'a short rest', facts: limitedFor(4), known: {}, isNews: false },
    { name: 'a longer rest', facts: limitedFor(60), known: limitedFor(9), isNews: true },
    { name: 'a rest that is known', facts: limitedFor(9), known: limitedFor(60), isNews: false },
    { name: 'no points', facts: { poor: [NOW, NOW + 9] }, known: {}, isNews: true },
    {
      name: 'a balance',
      facts: { points: [NOW, 7] },
      known: { points: [NOW - 1, 7] },
      isNews: true,
    },
    { name: 'what is known', facts: { poor: [NOW, 9] }, known: { poor: [NOW, 9] }, isNews: false },
    { name: 'what was long ago', facts: { retired: [NOW - HOUR, 0] }, known: {}, isNews: false },
    { name: 'nothing', facts: {}, known: { poor: [NOW, 9] }, isNews: false },
  ] as const)('are or are not: $name', ({ facts, known, isNews }) => {
    expect(hasNews(facts, known, NOW)).toBe(isNews);
  });

  it('are kept for an hour', () => {
    const facts = { poor: [NOW, NOW + 9], points: [NOW + 1, 7] } as const;
    expect(freshFacts(facts, NOW + HOUR)).toEqual({ points: [NOW + 1, 7] });
    expect(stateOf(facts, NOW)).toBe('poor');
  });
});

describe('what another instance wrote', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(FACTS, (facts) => {
        expect(readFacts(JSON.parse(JSON.stringify(facts)) as JsonValue, NOW)).toEqual(facts);
      }),
      LAW,
    );
  });

  it.each<[string, JsonValue | undefined]>([
    ['nothing', undefined],
    ['a text', 'poor'],
    ['an array', [[NOW, 1]]],
    ['a fact of another form', { poor: { at: NOW, until: NOW } }],
    ['a fact without a value', { poor: [NOW] }],
    ['texts for numbers', { poor: [String(NOW), '9'] }],
    ['null for a number', { limited: [NOW, null] }],
    ['a fact of the future', { retired: [NOW + 61_000, 0] }],
    ['a fact of long ago', { retired: [NOW - HOUR, 0] }],
    ['a rest without an end', { limited: [NOW, NOW + HOUR + 1] }],
    ['causes that nobody knows', { constructor: [NOW, 1], sick: [NOW, 1] }],
  ])('is left out where it cannot be a fact: %s', (_, value) => {
    expect(readFacts(value, NOW)).toEqual({});
  });

  it('costs no other fact its place', () => {
    expect(readFacts({ poor: [NOW, 'x'], points: [NOW, 3] }, NOW)).toEqual({ points: [NOW, 3] });
  });

  it('counts though its clock is a little ahead', () => {
    expect(readFacts({ poor: [NOW + 59_000, NOW + 300_000] }, NOW)).not.toEqual({});
  });
});
