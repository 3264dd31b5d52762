/** Poe's word on a key: its balance, or why not. */
import { describe, expect, it } from 'vitest';
import { buildBalanceCall, readBalance } from '../../../../src/upstreams/poe-usage/index.ts';
import { thrownBy } from '../../record.ts';

const KEY = 'key-of-the-caller';

function balance(status: number, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readBalance({ status, header: () => undefined }, text, KEY);
}

describe('the balance of a key', () => {
  it('is asked at the root, with the key', () => {
    expect(buildBalanceCall('https://api.poe.com', KEY)).toEqual({
      method: 'GET',
      url: 'https://api.poe.com/usage/current_balance',
      headers: { accept: 'application/json', authorization: `Bearer ${KEY}` },
    });
  });

  it.each([
    [{ current_point_balance: 5 }, 5],
    [{ current_point_balance: 0, plan_points_balance: 0 }, 0],
    [{ current_point_balance: '5' }, undefined],
    [{}, undefined],
  ])('is read from %j: %j', (body, points) => {
    expect(balance(200, body)).toEqual({ points });
  });

  it.each([
    [
      401,
      { error: { message: `${KEY} is unknown`, type: 'authentication_error' } },
      'unauthenticated',
    ],
    [403, {}, 'forbidden'],
    [429, {}, 'rate-limited'],
    [500, {}, 'upstream-failed'],
    [503, {}, 'overloaded'],
    [404, {}, 'upstream-failed'],
    [400, { error: { message: 'no' } }, 'upstream-failed'],
    [302, '', 'upstream-failed'],
    [200, '<html>sign in</html>', 'upstream-failed'],
    [200, [], 'upstream-failed'],
    [200, { error: { message: 'no' } }, 'upstream-failed'],
  ])('a %i %j tells no good key: %s', (status, body, kind) => {
    const error = thrownBy(() => balance(status, body));
    expect(error).toMatchObject({ kind });
    expect((error as Error).message).not.toContain(KEY);
    if (kind === 'upstream-failed' && status < 500)
      expect((error as Error).message).toContain(`HTTP ${status}`);
  });
});
