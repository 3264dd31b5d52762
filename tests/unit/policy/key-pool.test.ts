/** The pool of keys: whose turn it is, who rests and for how long, and what a caller is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorKind, GatewayError } from '../../../src/core/error.ts';
import { KEY_STRATEGIES } from '../../../src/policy/key-choice.ts';
import { createKeyPool, type KeyPoolSettings } from '../../../src/policy/key-pool.ts';
import { LAW, thrownBy } from '../record.ts';

const SETTINGS: KeyPoolSettings = { strategy: 'round-robin', rateLimit: undefined, coolDown: 0 };

function poolOf(keys: string, settings: Partial<KeyPoolSettings> = {}) {
  let now = 1_700_000_000_000;
  const made = createKeyPool([...keys], { ...SETTINGS, ...settings }, () => now);
  const pool = {
    ...made,
    /** As who asks for a request does it. */
    take(affinity?: string): string {
      const key = made.take(affinity);
      if (key === undefined)
        throw made.problem() ?? new Error('there is a key, and it is not given');
      return key;
    },
    other: (tried: ReadonlySet<string>, affinity?: string) => made.take(affinity, tried),
  };
  return {
    pool,
    taken: (times: number, affinity?: string) =>
      Array.from({ length: times }, () => pool.take(affinity)).join(''),
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const failed = (kind: ErrorKind, retryAfter?: number) =>
  new GatewayError(kind, 'No.', { retryAfter });

/** What `take` says when it has no key. */
function refusalOf(take: () => unknown) {
  const error = thrownBy(take);
  if (!(error instanceof GatewayError)) throw new Error('a key was given');
  return { kind: error.kind, retryAfter: error.retryAfter };
}

describe('round robin', () => {
  it('gives every key its turn', () => {
    expect(poolOf('abc').taken(7)).toBe('abcabca');
  });

  it('takes a key that is named twice for one', () => {
    expect(poolOf('aba').taken(4)).toBe('abab');
  });

  it('leaves out a key that rests, and takes it up again', () => {
    const { pool, taken, pass } = poolOf('abc');
    pool.heard('b', failed('rate-limited', 2));
    expect(taken(4)).toBe('acac');
    pass(2_000);
    expect(taken(3)).toBe('abc');
  });

  it('is fair within one use while all are healthy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(100), (size, times) => {
        const keys = 'abcdefghijkl'.slice(0, size);
        const given = poolOf(keys).taken(times);
        const uses = [...keys].map((key) => given.split(key).length - 1);
        expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
      }),
      LAW,
    );
  });
});

describe('least used', () => {
  it('gives the key with the fewest uses in the last minute, conversations counted', () => {
    const { pool, taken, pass } = poolOf('abc', { strategy: 'least-used' });
    const busy = pool.take('a conversation');
    taken(2);
    expect(new Set(taken(3)).size).toBe(3);
    expect(pool.take('a conversation')).toBe(busy);
    expect(taken(2)).not.toContain(busy);
    pass(61_000);
    expect(new Set(taken(3)).size).toBe(3);
  });

  it('lets a key catch up that has rested', () => {
    const { pool, taken, pass } = poolOf('ab', { strategy: 'least-used' });
    pool.heard('a', failed('rate-limited', 5));
    expect(taken(3)).toBe('bbb');
    pass(5_000);
    expect(taken(4)).toBe('aaab');
  });
});

describe('what Poe says of a key', () => {
  it.each([
    { kind: 'rate-limited', retryAfter: 7, rest: 7_000 },
    { kind: 'rate-limited', retryAfter: undefined, rest: 1_000 },
    { kind: 'rate-limited', retryAfter: 1e9, rest: 3_600_000 },
    { kind: 'insufficient-points', retryAfter: undefined, rest: 300_000 },
  ] as const)('makes it rest $rest ms after $kind, $retryAfter', ({ kind, retryAfter, rest }) => {
    const { pool, taken, pass } = poolOf('ab');
    expect(pool.heard('a', failed(kind, retryAfter))).toBe(true);
    pass(rest - 1);
    expect(taken(3)).toBe('bbb');
    pass(1);
    if (kind === 'insufficient-points') pool.balance('a', 1);
    expect(taken(2)).toBe('ab');
  });

  it('retires it for good when Poe does not accept it', () => {
    const { pool, taken, pass } = poolOf('ab');
    expect(pool.heard('a', failed('unauthenticated'))).toBe(true);
    pass(365 * 24 * 60 * 60_000);
    expect(taken(2)).toBe('bb');
    pool.heard('a', undefined);
    expect(taken(2)).toBe('bb');
  });

  it.each([
    'forbidden',
    'overloaded',
    'upstream-failed',
    'upstream-timeout',
    'invalid-request',
    'context-length',
    'too-large',
    'model-not-found',
    'client-gone',
    'internal',
  ] as const)('has nothing to do with it when it is %s', (kind) => {
    const { pool, taken } = poolOf('ab');
    expect(pool.heard('a', failed(kind, 9))).toBe(false);
    expect(taken(2)).toBe('ab');
  });

  it('leaves a key that was out of points for the last, until it is known to have some', () => {
    const { pool, taken, pass } = poolOf('abc');
    pool.heard('a', failed('insufficient-points'));
    pass(300_000);
    expect(taken(3)).toBe('bcb');
    pool.heard('b', failed('rate-limited', 9));
    pool.heard('c', failed('rate-limited', 9));
    expect(taken(2)).toBe('aa');
    pool.heard('a', undefined);
    pass(9_000);
    expect(taken(3)).toBe('bca');
  });

  it('never shortens a rest: what answers late was asked before', () => {
    const { pool, taken, pass } = poolOf('ab');
    pool.heard('a', failed('rate-limited', 60));
    pool.heard('a', failed('rate-limited', 1));
    expect(pool.heard('a', undefined)).toBe(false);
    pass(59_999);
    expect(taken(2)).toBe('bb');
  });

  it('is not heard of a key that is not in the pool', () => {
    const { pool, taken } = poolOf('a');
    expect(pool.heard('z', failed('unauthenticated'))).toBe(false);
    expect(taken(1)).toBe('a');
  });
});

describe('most points', () => {
  it('gives the key that has most, and one that nobody knows before one that has none', () => {
    const { pool, taken } = poolOf('abcd', { strategy: 'most-points' });
    expect(taken(5), 'while nothing is known').toBe('abcda');
    pool.balance('b', 0);
    expect(taken(4)).toBe('cdac');
    pool.balance('d', 10);
    expect(taken(2)).toBe('dd');
    pool.balance('a', 11);
    expect(taken(2)).toBe('aa');
    pool.heard('a', failed('rate-limited', 9));
    expect(taken(2)).toBe('dd');
  });

  it('leaves conversations their keys', () => {
    const { pool, taken } = poolOf('abcd', { strategy: 'most-points' });
    const [key] = taken(1, 'talk');
    const richer = key === 'a' ? 'b' : 'a';
    pool.balance(richer, 99);
    expect(taken(2, 'talk')).toBe(`${key}${key}`);
    expect(taken(1)).toBe(richer);
  });
});

describe('the keys whose points are to be asked for', () => {
  it('are those that had none, when their rest is over, each once in five minutes', () => {
    const { pool, pass } = poolOf('abc');
    expect(pool.unsure(9)).toEqual([]);
    pool.heard('b', failed('insufficient-points'));
    pass(299_999);
    expect(pool.unsure(9)).toEqual([]);
    pass(1);
    expect(pool.unsure(9)).toEqual(['b']);
    expect(pool.unsure(9)).toEqual([]);
    pool.balance('b', 0);
    pass(299_999);
    expect(pool.unsure(9)).toEqual([]);
    pass(1);
    expect(pool.unsure(9)).toEqual(['b']);
    pool.balance('b', 1);
    pass(900_000);
    expect(pool.unsure(9)).toEqual([]);
  });

  it('are all with most-points, some at a time, those that had none first, and none that is retired', () => {
    const { pool, pass } = poolOf('abcd', { strategy: 'most-points' });
    pool.heard('c', failed('unauthenticated'));
    pool.heard('d', failed('insufficient-points'));
    expect(pool.unsure(1)).toEqual(['a']);
    pass(300_000);
    expect(pool.unsure(2)).toEqual(['d', 'b']);
    expect(pool.unsure(2)).toEqual(['a']);
    expect(pool.unsure(2)).toEqual([]);
  });

  it.each([
    { points: 1, states: 'ready' },
    { points: undefined, states: 'ready' },
    { points: 0, states: 'poor' },
  ])('are $states when Poe says $points', ({ points, states }) => {
    const { pool, pass } = poolOf('a');
    pool.heard('a', failed('insufficient-points'));
    pass(300_000);
    expect(pool.problem(), 'it may be tried').toBeUndefined();
    pool.balance('a', points);
    expect(pool.states()).toEqual([{ place: 1, state: states }]);
    expect(pool.problem()?.kind).toBe(points === 0 ? 'insufficient-points' : undefined);
  });
});

describe('how the keys are', () => {
  it('is told by their places', () => {
    const { pool, pass } = poolOf('abcd');
    pool.heard('b', failed('rate-limited', 9));
    pool.heard('c', failed('insufficient-points'));
    pool.heard('d', failed('unauthenticated'));
    const states = () => pool.states().map(({ place, state }) => `${place} ${state}`);
    expect(states()).toEqual(['1 ready', '2 limited', '3 poor', '4 retired']);
    pass(900_000);
    expect(states()).toEqual(['1 ready', '2 ready', '3 poor', '4 retired']);
    expect(pool.report('z')).toBeUndefined();
  });
});

describe('the limits of the owner', () => {
  it('leaves out a key that all instances together have used enough', () => {
    const { pool, taken, pass } = poolOf('ab');
    pool.full('a', 12);
    expect(taken(2)).toBe('bb');
    pool.full('b', 30);
    expect(refusalOf(() => pool.take())).toEqual({ kind: 'rate-limited', retryAfter: 12 });
    pass(12_000);
    expect(taken(2)).toBe('aa');
  });

  it('counts no use where a key is only looked at', () => {
    const { pool, taken } = poolOf('a', { rateLimit: 1 });
    expect([pool.peek(), pool.peek()]).toEqual(['a', 'a']);
    expect(taken(1)).toBe('a');
    expect(pool.peek()).toBeUndefined();
  });

  it('gives a key so many times a minute', () => {
    const { pool, taken, pass } = poolOf('ab', { rateLimit: 2 });
    expect(taken(4)).toBe('abab');
    expect(refusalOf(() => pool.take())).toEqual({ kind: 'rate-limited', retryAfter: 61 });
    pass(61_000);
    expect(taken(4)).toBe('abab');
  });

  it('rests a key between two uses', () => {
    const { pool, taken, pass } = poolOf('ab', { coolDown: 3_000 });
    expect(taken(1)).toBe('a');
    pass(1_000);
    expect(taken(1)).toBe('b');
    expect(refusalOf(() => pool.take())).toEqual({ kind: 'rate-limited', retryAfter: 2 });
    pass(2_000);
    expect(taken(1)).toBe('a');
  });
});

describe('a clock that is set back', () => {
  it('keeps no key away for the time that comes twice, but one that Poe refuses', () => {
    const { pool, taken, pass } = poolOf('abcd', { coolDown: 1_000, rateLimit: 1 });
    expect(taken(4)).toBe('abcd');
    pool.full('a', 60);
    pool.heard('b', failed('rate-limited', 60));
    pool.heard('c', failed('insufficient-points'));
    pool.heard('d', failed('unauthenticated'));
    pass(-24 * 60 * 60_000);
    expect(pool.take).toThrow('Try again in 61 s');
    pass(61_000);
    expect(taken(3)).toBe('abc');
  });
});

describe('another key', () => {
  it('is one that was not tried and does not rest; its use is counted', () => {
    const { pool } = poolOf('abcd', { rateLimit: 1 });
    const tried = new Set([pool.take()]);
    pool.heard('b', failed('rate-limited', 1));
    expect(pool.other(tried)).toBe('c');
    expect(pool.other(new Set(['a', 'c']))).toBe('d');
    expect(pool.other(tried)).toBeUndefined();
    expect(pool.problem()?.kind).toBe('rate-limited');
  });

  it('is the one that the conversation has while its own key rests', () => {
    const { pool } = poolOf('abcdef');
    const key = pool.take('talk');
    pool.heard(key, failed('rate-limited', 9));
    const other = pool.other(new Set([key]), 'talk');
    expect(pool.take('talk')).toBe(other);
  });
});

describe('a pool without a key to give', () => {
  it.each([
    { heard: [], keys: '', kind: 'internal' },
    { heard: ['unauthenticated', 'unauthenticated'], keys: 'ab', kind: 'internal' },
    {
      heard: ['insufficient-points', 'insufficient-points'],
      keys: 'ab',
      kind: 'insufficient-points',
    },
    { heard: ['unauthenticated', 'insufficient-points'], keys: 'ab', kind: 'insufficient-points' },
    { heard: ['rate-limited', 'insufficient-points'], keys: 'ab', kind: 'rate-limited' },
    { heard: ['rate-limited', 'unauthenticated'], keys: 'ab', kind: 'rate-limited' },
  ] as const)('says $kind after $heard', ({ heard, keys, kind }) => {
    const { pool } = poolOf(keys);
    for (const [index, what] of heard.entries())
      pool.heard(keys[index] ?? '', failed(what, what === 'rate-limited' ? 7 : undefined));
    const retryAfter = kind === 'rate-limited' ? 7 : undefined;
    expect(refusalOf(() => pool.take())).toEqual({ kind, retryAfter });
    expect(refusalOf(() => pool.take('talk'))).toEqual({ kind, retryAfter });
    expect(pool.problem()).toEqual(thrownBy(() => pool.take()));
    expect(pool.other(new Set())).toBeUndefined();
  });

  it('does not ask to try again where that is of no use, and names no key', () => {
    const { pool } = poolOf('Q');
    pool.heard('Q', failed('unauthenticated'));
    expect(pool.problem()?.retryable).toBe(false);
    expect(pool.problem()?.message).not.toContain('Q');
  });

  it('has no problem while there is a key', () => {
    const { pool } = poolOf('ab');
    pool.heard('a', failed('unauthenticated'));
    expect(pool.problem()).toBeUndefined();
  });
});

describe('a conversation', () => {
  const conversations = Array.from({ length: 1_000 }, (_, index) => `conversation ${index}`);

  it('keeps its key, whatever others do and in whatever order the keys are named', () => {
    const { pool, taken } = poolOf('abcde');
    const reversed = poolOf('edcba');
    const [first] = taken(1, 'talk');
    for (const other of conversations.slice(0, 50)) pool.take(other);
    taken(7);
    expect(new Set(taken(20, 'talk'))).toEqual(new Set([first]));
    expect(reversed.taken(1, 'talk')).toBe(first);
  });

  it('moves when its key rests, and no other does; it comes back afterwards', () => {
    const { pool, pass } = poolOf('abcde');
    const keysOf = () => conversations.slice(0, 100).map((name) => pool.take(name));
    const before = keysOf();
    pool.heard('c', failed('rate-limited', 61));
    const during = keysOf();
    expect(during).not.toContain('c');
    for (const [index, key] of before.entries()) if (key !== 'c') expect(during[index]).toBe(key);
    pass(61_000);
    expect(keysOf()).toEqual(before);
  });

  it('is one of many that share the keys evenly', () => {
    const { pool, pass } = poolOf('abcde');
    const uses = new Map<string, number>();
    for (const name of conversations) {
      const key = pool.take(name);
      uses.set(key, (uses.get(key) ?? 0) + 1);
      pass(1_000);
    }
    for (const key of 'abcde') expect(uses.get(key)).toBeGreaterThan(150);
  });

  it('does not use up a key while others are idle', () => {
    const { taken } = poolOf('abc');
    const given = taken(1_000, 'talk');
    const uses = [...'abc'].map((key) => given.split(key).length - 1);
    expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(61);
  });

  it('takes no turn from round robin, and is none without a name', () => {
    const { pool, taken } = poolOf('abc');
    expect(taken(1)).toBe('a');
    for (const name of conversations.slice(0, 9)) {
      pool.take(name);
      expect(taken(3)).toBe('bca');
    }
    expect(taken(2)).toBe('bc');
    expect(taken(3, '')).toBe('abc');
  });
});

/** One thing that happens to a pool. */
const STEP = fc.record({
  pass: fc.oneof(fc.constant(0), fc.nat(4_000), fc.nat(120_000)),
  affinity: fc.constantFrom(undefined, undefined, 'one', 'two'),
  tried: fc.constantFrom('', 'a', 'bc', 'abcd'),
  key: fc.constantFrom(...'abcd'),
  says: fc.constantFrom(
    ...([undefined, undefined, undefined, 'rate-limited', 'insufficient-points'] as const),
    ...(['unauthenticated', 'overloaded'] as const),
  ),
  retryAfter: fc.nat(30),
});

const MANNERS = fc.record({
  strategy: fc.constantFrom(...KEY_STRATEGIES),
  rateLimit: fc.constantFrom(undefined, 1, 3),
  coolDown: fc.constantFrom(0, 2_500),
});

describe('whatever happens', () => {
  it('no key that rests or is retired is given, and there is one exactly when one is healthy', () => {
    fc.assert(
      fc.property(MANNERS, fc.array(STEP, { maxLength: 60 }), (settings, steps) => {
        const { pool, now, pass } = poolOf('abcd', settings);
        const restsUntil = new Map<string, number>();
        const uses = new Map<string, number[]>();
        const secondOf = (time: number) => Math.floor(time / 1_000);
        const isHealthy = (key: string): boolean => {
          const times = uses.get(key) ?? [];
          const recent = times.filter((time) => secondOf(time) >= secondOf(now()) - 60);
          return (
            (restsUntil.get(key) ?? 0) <= now() &&
            (times.at(-1) ?? 0) + settings.coolDown <= now() &&
            recent.length < (settings.rateLimit ?? Infinity)
          );
        };
        const check = (given: string | undefined, among: readonly string[]): void => {
          const healthy = among.filter(isHealthy);
          if (given === undefined) expect(healthy).toEqual([]);
          else {
            expect(healthy).toContain(given);
            uses.set(given, [...(uses.get(given) ?? []), now()]);
          }
        };
        for (const { pass: milliseconds, affinity, tried, key, says, retryAfter } of steps) {
          pass(milliseconds);
          const canGive = pool.problem() === undefined;
          const given = thrownBy(() => check(pool.take(affinity), [...'abcd']));
          if (given !== undefined && !(given instanceof GatewayError)) throw given;
          expect(canGive).toBe(given === undefined);
          if (given) check(undefined, [...'abcd']);
          check(
            pool.other(new Set(tried), affinity),
            [...'abcd'].filter((candidate) => !tried.includes(candidate)),
          );
          pool.heard(key, says && failed(says, retryAfter));
          const rests: Partial<Record<ErrorKind, number>> = {
            'rate-limited': now() + retryAfter * 1_000,
            'insufficient-points': now() + 300_000,
            unauthenticated: Infinity,
          };
          const until = (says && rests[says]) ?? 0;
          restsUntil.set(key, Math.max(restsUntil.get(key) ?? 0, until));
        }
        for (const times of uses.values())
          for (const [index, time] of times.entries())
            expect(time - (times[index - (settings.rateLimit ?? 1e9)] ?? 0)).toBeGreaterThanOrEqual(
              60_000,
            );
      }),
      LAW,
    );
  });

  it('the wait is the shortest: a second less is too early, and after it there is a key', () => {
    fc.assert(
      fc.property(
        MANNERS,
        fc.array(fc.tuple(fc.constantFrom(...'abc'), fc.integer({ min: 1, max: 100 })), {
          minLength: 1,
          maxLength: 9,
        }),
        fc.nat(2_000),
        (settings, rests, milliseconds) => {
          const { pool, pass } = poolOf('abc', settings);
          for (const [key, retryAfter] of rests) {
            thrownBy(() => pool.take());
            pool.heard(key, failed('rate-limited', retryAfter));
            pass(milliseconds);
          }
          const { retryAfter } = pool.problem() ?? {};
          if (retryAfter === undefined) return;
          expect(retryAfter).toBeGreaterThanOrEqual(1);
          pass((retryAfter - 1) * 1_000);
          expect(pool.problem()?.retryAfter).toBe(1);
          pass(1_000);
          expect(pool.take()).toMatch(/[abc]/);
        },
      ),
      LAW,
    );
  });
});
