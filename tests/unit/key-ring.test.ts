/** Whose key pays for an answer: another one only when it is asked for, each once. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/error.ts';
import { ownKey, pooledKeys } from '../../src/key-ring.ts';
import { createKeyPool } from '../../src/policy/key-pool.ts';

const LIMITED = new GatewayError('rate-limited', 'Slow down.', { retryAfter: 9 });
const REFUSED = new GatewayError('unauthenticated', 'Poe does not accept this API key.');
const BROKEN = new GatewayError('upstream-failed', 'It broke.');

const poolOf = (keys: readonly string[], rateLimit?: number) =>
  createKeyPool(keys, { strategy: 'round-robin', rateLimit, coolDown: 0 }, () => 0);

describe('pooled keys', () => {
  it('are changed when one is at fault, until none is left', () => {
    const ring = pooledKeys(poolOf(['a', 'b']), '');
    expect(ring.current()).toBe('a');
    expect([ring.heard(LIMITED), ring.change(), ring.current()]).toEqual([true, true, 'b']);
    expect([ring.heard(LIMITED), ring.change(), ring.current()]).toEqual([true, false, 'b']);
  });

  it('stay where the failure is not theirs', () => {
    const ring = pooledKeys(poolOf(['a', 'b']), '');
    expect(ring.heard(BROKEN)).toBe(false);
    expect(ring.heard(undefined)).toBe(false);
    expect(ring.explain(BROKEN)).toBe(BROKEN);
  });

  it('lose no use to an answer that fails in the middle', () => {
    const pool = poolOf(['a', 'b'], 1);
    const ring = pooledKeys(pool, '');
    expect(ring.heard(LIMITED)).toBe(true);
    expect(pool.take(), 'the one use a minute that the other has').toBe('b');
  });

  it('are not the caller’s to hear of: what is told is how the gateway is', () => {
    const retired = pooledKeys(poolOf(['a']), '');
    retired.heard(REFUSED);
    expect(retired.explain(REFUSED)).toMatchObject({ kind: 'internal' });
    const limited = pooledKeys(poolOf(['a']), '');
    limited.heard(LIMITED);
    expect(limited.explain(LIMITED)).toMatchObject({ kind: 'rate-limited', retryAfter: 9 });
    const other = pooledKeys(poolOf(['a', 'b']), '');
    other.heard(REFUSED);
    expect(other.explain(REFUSED)).toMatchObject({ kind: 'overloaded', retryAfter: 1 });
  });
});

it('an own key is the caller’s business alone', () => {
  const ring = ownKey('mine');
  expect([ring.current(), ring.heard(REFUSED), ring.change()]).toEqual(['mine', false, false]);
  expect(ring.explain(REFUSED)).toBe(REFUSED);
});
