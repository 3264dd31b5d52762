/** Whose key pays for an answer: another one only when it is asked for, each once. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/error.ts';
import { ownKey, pooledKeys, type PoolCare } from '../../../src/keys/key-ring.ts';
import { createKeyPool } from '../../../src/policy/key-pool.ts';

const LIMITED = new GatewayError('rate-limited', 'Slow down.', { retryAfter: 9 });
const REFUSED = new GatewayError('unauthenticated', 'Poe does not accept this API key.');
const BROKEN = new GatewayError('upstream-failed', 'It broke.');

const poolOf = (keys: readonly string[], rateLimit?: number, now = () => 0) =>
  createKeyPool(keys, { strategy: 'round-robin', rateLimit, coolDown: 0 }, now);

const CARE: PoolCare = {
  prepare: () => undefined,
  isFull: () => undefined,
  heard: () => undefined,
};

async function ringOf(pool: ReturnType<typeof poolOf>, care: Partial<PoolCare> = {}) {
  const ring = pooledKeys(pool, '', { ...CARE, ...care });
  return { ...ring, problem: await ring.ready() };
}

describe('pooled keys', () => {
  it('are changed when one is at fault, until none is left', async () => {
    const ring = await ringOf(poolOf(['a', 'b']));
    expect(ring.current()).toBe('a');
    expect([ring.heard(LIMITED), await ring.change(), ring.current()]).toEqual([true, true, 'b']);
    expect([ring.heard(LIMITED), await ring.change(), ring.current()]).toEqual([true, false, 'b']);
  });

  it('stay where the failure is not theirs', async () => {
    const ring = await ringOf(poolOf(['a', 'b']));
    expect(ring.heard(BROKEN)).toBe(false);
    expect(ring.heard(undefined)).toBe(false);
    expect(ring.explain(BROKEN)).toBe(BROKEN);
  });

  it('lose no use to an answer that fails in the middle, or to a question that costs nothing', async () => {
    const pool = poolOf(['a', 'b'], 1);
    expect(pooledKeys(pool, '', CARE).current()).toBe('a');
    const ring = await ringOf(pool);
    expect(ring.heard(LIMITED)).toBe(true);
    expect(pool.take(), 'the one use a minute that the other has').toBe('b');
  });

  it('are not the caller’s to hear of: what is told is how the gateway is', async () => {
    const retired = await ringOf(poolOf(['a']));
    retired.heard(REFUSED);
    expect(retired.explain(REFUSED)).toMatchObject({ kind: 'internal' });
    const limited = await ringOf(poolOf(['a']));
    limited.heard(LIMITED);
    expect(limited.explain(LIMITED)).toMatchObject({ kind: 'rate-limited', retryAfter: 9 });
    const other = await ringOf(poolOf(['a', 'b']));
    other.heard(REFUSED);
    expect(other.explain(REFUSED)).toMatchObject({ kind: 'overloaded', retryAfter: 1 });
  });

  it('say at once why there is none', async () => {
    const pool = poolOf(['a']);
    pool.heard('a', LIMITED);
    const { problem } = await ringOf(pool);
    expect(problem).toMatchObject({ kind: 'rate-limited', retryAfter: 9 });
    const { current } = pooledKeys(pool, '', CARE);
    expect(current).toThrow(expect.objectContaining({ kind: 'rate-limited' }));
  });

  it('pass over those that other instances have used up', async () => {
    const pool = poolOf(['a', 'b', 'c']);
    const isFull = (key: string) => {
      if (key !== 'c') pool.full(key, 9);
      return Promise.resolve(key !== 'c');
    };
    const ring = await ringOf(pool, { isFull });
    expect([ring.problem, ring.current()]).toEqual([undefined, 'c']);
    pool.full('c', 5);
    expect((await ringOf(pool, { isFull })).problem).toMatchObject({ retryAfter: 5 });
  });

  it('are looked at a few times only, however many there are', async () => {
    let looks = 0;
    const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
    const isFull = () => {
      looks += 1;
      return Promise.resolve(true);
    };
    const { problem } = await ringOf(poolOf(keys), { isFull });
    expect(problem).toMatchObject({ kind: 'overloaded', retryAfter: 1 });
    expect(looks).toBe(10);
  });

  it('are told of what was heard of them', async () => {
    const told: unknown[] = [];
    const heard = (...words: unknown[]) => void told.push(words);
    const ring = await ringOf(poolOf(['a', 'b']), { heard });
    ring.heard(LIMITED);
    await ring.change();
    ring.heard(BROKEN);
    ring.heard(undefined);
    expect(told).toEqual([
      ['a', true],
      ['b', false],
      ['b', false],
    ]);
  });
});

describe('after a wait', () => {
  it('the key is the same where it was not at fault', async () => {
    const ring = await ringOf(poolOf(['a', 'b']));
    ring.heard(BROKEN);
    expect([await ring.again(), ring.current()]).toEqual([true, 'a']);
  });

  it('the key is another where somebody else has found it at fault meanwhile', async () => {
    const pool = poolOf(['a', 'b']);
    const ring = await ringOf(pool);
    ring.heard(BROKEN);
    pool.heard('a', LIMITED);
    expect([await ring.again(), ring.current()]).toEqual([true, 'b']);
  });

  it('a key that rested may be the one, and there may be none', async () => {
    let now = 0;
    const ring = await ringOf(poolOf(['a'], undefined, () => now));
    ring.heard(LIMITED);
    expect(await ring.again()).toBe(false);
    now = 9_000;
    expect([await ring.again(), ring.current()]).toEqual([true, 'a']);
  });
});

it('an own key is the caller’s business alone', async () => {
  const ring = ownKey('mine');
  expect(await ring.ready()).toBeUndefined();
  expect([ring.current(), ring.heard(REFUSED), await ring.change()]).toEqual([
    'mine',
    false,
    false,
  ]);
  expect([ring.explain(REFUSED), await ring.again()]).toEqual([REFUSED, true]);
});
