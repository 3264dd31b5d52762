/** A short question to Poe ends in time, or with the request that it is asked for. */
import { describe, expect, it } from 'vitest';
import { askPoe } from '../../src/ask-poe.ts';
import { GatewayError } from '../../src/core/error.ts';
import type { Platform } from '../../src/platform.ts';

const CALL = { method: 'GET', url: 'https://api.poe.com/', headers: {} } as const;

/** A Poe that never answers: each runtime has words of its own for a call that was aborted. */
const silent: Pick<Platform, 'send'> = {
  send: (_, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted, says the runtime')));
    }),
};

describe('a question that Poe does not answer', () => {
  it('is over when its time is up', async () => {
    await expect(askPoe(silent, CALL, 100, AbortSignal.timeout(1))).rejects.toMatchObject({
      kind: 'upstream-timeout',
      message: 'Poe did not answer in time. Try again.',
    });
  });

  it('is over when nobody waits for it any more, for the reason that there was', async () => {
    const left = new GatewayError('client-gone', 'The client left.');
    const controller = new AbortController();
    const asking = askPoe(silent, CALL, 100, controller.signal);
    controller.abort(left);
    await expect(asking).rejects.toBe(left);
  });
});
