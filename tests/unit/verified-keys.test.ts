/** Which callers' keys are Poe's: asked once in ten minutes, never kept in the clear. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { GatewayError } from '../../src/core/error.ts';
import type { UpstreamCall } from '../../src/core/upstream.ts';
import { createVerifiedKeys } from '../../src/verified-keys.ts';
import { jsonReply, type RecordedReply, replayPlatform } from '../golden/replay.ts';

const GOOD = jsonReply({ current_point_balance: 0 });

function setUp(answer: (call: UpstreamCall) => RecordedReply = () => GOOD) {
  let now = 1_000;
  const platform = { ...replayPlatform(answer), now: () => now };
  const keys = createVerifiedKeys(readConfig({}), platform);
  return {
    calls: platform.calls,
    verify: (key: string) => keys.verify(key, new AbortController().signal),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('a key', () => {
  it('that Poe accepts is good for ten minutes, with or without points', async () => {
    const { verify, calls, pass } = setUp();
    await verify('key-1');
    pass(599_999);
    await verify('key-1');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      url: 'https://api.poe.com/usage/current_balance',
      headers: { authorization: 'Bearer key-1' },
    });
    pass(1);
    await verify('key-1');
    expect(calls).toHaveLength(2);
  });

  it('says nothing of another', async () => {
    const { verify, calls } = setUp();
    await verify('key-1');
    await verify('key-2');
    expect(calls).toHaveLength(2);
  });

  it('that Poe refuses is asked about each time', async () => {
    const { verify, calls } = setUp(() => jsonReply({ error: { message: 'no' } }, 401));
    await expect(verify('key-1')).rejects.toMatchObject({ kind: 'unauthenticated', status: 401 });
    await expect(verify('key-1')).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(calls).toHaveLength(2);
  });

  it('is refused while Poe cannot be asked, unless Poe has said so before', async () => {
    let there = true;
    const { verify } = setUp(() => {
      if (there) return GOOD;
      throw Object.assign(new Error('connect to 10.0.0.1'), { code: 'ECONNREFUSED' });
    });
    await verify('key-1');
    there = false;
    await verify('key-1');
    await expect(verify('key-2')).rejects.toMatchObject({
      kind: 'upstream-failed',
      message: 'Poe cannot be reached (ECONNREFUSED). Try again in a moment.',
    });
  });

  it('that was verified longest ago is forgotten where there are too many', async () => {
    const { verify, calls } = setUp();
    for (let index = 0; index < 2_001; index++) await verify(`key-${index}`);
    await verify('key-1');
    expect(calls).toHaveLength(2_001);
    await verify('key-0');
    expect(calls).toHaveLength(2_002);
  });

  it('that is verified again is remembered longer than the others', async () => {
    const { verify, calls, pass } = setUp();
    await verify('key-0');
    await verify('key-1');
    pass(600_000);
    await verify('key-0');
    for (let index = 2; index < 2_001; index++) await verify(`key-${index}`);
    const asked = calls.length;
    await verify('key-0');
    expect(calls).toHaveLength(asked);
    await verify('key-1');
    expect(calls).toHaveLength(asked + 1);
  });

  it('is not judged for a client that has left', async () => {
    const leaving = new AbortController();
    const platform = replayPlatform(() => {
      leaving.abort(new GatewayError('client-gone', 'The client left.'));
      throw new Error('aborted');
    });
    const keys = createVerifiedKeys(readConfig({}), platform);
    const verified = keys.verify('key-1', leaving.signal);
    await expect(verified).rejects.toMatchObject({ kind: 'client-gone' });
  });
});
