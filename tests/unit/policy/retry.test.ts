/** Which failed calls are made again, after what wait, and how that wait ends early. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ErrorDetails, type ErrorKind, GatewayError } from '../../../src/core/error.ts';
import { countRetries, NO_KEY } from '../../../src/policy/retry.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** All but certain to be the longest wait. */
const HIGH = 'ffffffff0000000000000000';
const HALF = '800000000000000000000000';

interface Terms {
  readonly retries?: number;
  readonly timeLeft?: number;
  readonly dice?: string;
}

function counted({ retries = 2, timeLeft = 600_000, dice = HIGH }: Terms = {}) {
  const controller = new AbortController();
  const counter = countRetries({
    retries,
    endsAt: Date.now() + timeLeft,
    signal: controller.signal,
    platform: { now: () => Date.now(), randomId: () => dice },
  });
  /** How long it is waited, in milliseconds; undefined: there is no further try. */
  async function waited(
    failure: GatewayError,
    status?: number | typeof NO_KEY,
  ): Promise<number | undefined> {
    const since = Date.now();
    const waiting = counter.wait(failure, status);
    await vi.runAllTimersAsync();
    return (await waiting) ? Date.now() - since : undefined;
  }
  return { ...counter, controller, waited };
}

const failure = (kind: ErrorKind, details: ErrorDetails = {}): GatewayError =>
  new GatewayError(kind, 'It failed.', details);

/** How often each is tried again where there is no end to it. */
const TRIES: readonly {
  readonly what: string;
  readonly kind: ErrorKind;
  readonly status: number | undefined;
  readonly details?: ErrorDetails;
  readonly tries: number;
}[] = [
  { what: 'no reply at all', kind: 'upstream-failed', status: undefined, tries: 10 },
  { what: 'no connection in time', kind: 'upstream-timeout', status: undefined, tries: 10 },
  { what: 'a 408', kind: 'upstream-timeout', status: 408, tries: 10 },
  { what: 'a 429', kind: 'rate-limited', status: 429, tries: 10 },
  { what: 'a 500', kind: 'upstream-failed', status: 500, tries: 1 },
  { what: 'a 502', kind: 'upstream-failed', status: 502, tries: 10 },
  { what: 'a 503', kind: 'overloaded', status: 503, tries: 10 },
  { what: 'a 529', kind: 'overloaded', status: 529, tries: 10 },
  {
    what: 'a bot that allows it',
    kind: 'upstream-failed',
    status: 200,
    details: { allowsRetry: true },
    tries: 1,
  },
  { what: 'an answer that has begun', kind: 'upstream-failed', status: 200, tries: 0 },
  { what: 'a silence of Poe', kind: 'upstream-timeout', status: 200, tries: 0 },
  { what: 'a 400', kind: 'invalid-request', status: 400, tries: 0 },
  { what: 'a 401', kind: 'unauthenticated', status: 401, tries: 0 },
  { what: 'a 402', kind: 'insufficient-points', status: 402, tries: 0 },
  { what: 'a 403', kind: 'forbidden', status: 403, tries: 0 },
  { what: 'a 404', kind: 'model-not-found', status: 404, tries: 0 },
  { what: 'a 413', kind: 'context-length', status: 413, tries: 0 },
  { what: 'a 500 of a long prompt', kind: 'context-length', status: 500, tries: 0 },
  {
    what: 'a 500 that says no',
    kind: 'upstream-failed',
    status: 500,
    details: { retryable: false },
    tries: 0,
  },
  { what: 'a 501', kind: 'upstream-failed', status: 501, tries: 0 },
  { what: 'a 504', kind: 'upstream-timeout', status: 504, tries: 0 },
  { what: 'a client that left', kind: 'client-gone', status: undefined, tries: 0 },
  { what: 'a mistake of ours', kind: 'internal', status: undefined, tries: 0 },
];

describe('how often', () => {
  it.each(TRIES)('$what is tried again: $tries', async ({ kind, status, details, tries }) => {
    const { waited } = counted({ retries: 10, dice: HALF });
    let made = 0;
    while ((await waited(failure(kind, details), status)) !== undefined) made += 1;
    expect(made).toBe(tries);
  });

  it.each([0, 1, 2])('RETRIES is the most: %s', async (retries) => {
    const { waited } = counted({ retries });
    let made = 0;
    while ((await waited(failure('overloaded'), 503)) !== undefined) made += 1;
    expect(made).toBe(retries);
  });

  it('a 500 that comes after another failure is not tried again', async () => {
    const { waited } = counted();
    expect(await waited(failure('overloaded'), 503)).toBeDefined();
    expect(await waited(failure('upstream-failed'), 500)).toBeUndefined();
  });
});

describe('a wait for a key of the pool', () => {
  const resting = failure('rate-limited', { retryAfter: 1 });

  it('is no try, and is done for 2 s in all', async () => {
    const { waited } = counted({ dice: HALF });
    expect(await waited(resting, NO_KEY)).toBe(1125);
    expect(await waited(resting, NO_KEY)).toBeUndefined();
    expect(await waited(failure('overloaded'), 503)).toBe(125);
    expect(await waited(failure('overloaded'), 503)).toBe(250);
  });

  it.each([
    { what: 'the owner wants no tries', retries: 0, lack: resting },
    { what: 'it would be long', retries: 2, lack: failure('rate-limited', { retryAfter: 3 }) },
    { what: 'no key has points', retries: 2, lack: failure('insufficient-points') },
    { what: 'no key works', retries: 2, lack: failure('internal') },
  ])('is not done where $what', async ({ retries, lack }) => {
    expect(await counted({ retries }).waited(lack, NO_KEY)).toBeUndefined();
  });
});

describe('how long', () => {
  it('doubles from 250 ms, to 20 s', async () => {
    const { waited } = counted({ retries: 10 });
    const waits: (number | undefined)[] = [];
    for (let time = 0; time < 8; time++) waits.push(await waited(failure('overloaded'), 503));
    expect(waits.map((wait) => wait && Math.round(wait / 250))).toEqual([
      1, 2, 4, 8, 16, 32, 64, 80,
    ]);
  });

  it.each([
    { dice: '00000000ffffffffffffffff', wait: 0 },
    { dice: HALF, wait: 125 },
    { dice: 'c00000000000000000000000', wait: 187 },
  ])('is anything below that, as the dice fall: $wait', async ({ dice, wait }) => {
    const took = (await counted({ dice }).waited(failure('overloaded'), 503)) ?? Infinity;
    expect(took).toBeGreaterThanOrEqual(wait);
    expect(took).toBeLessThanOrEqual(wait + 1);
  });

  it('is what Poe asks for, and a little more', async () => {
    const limited = failure('rate-limited', { retryAfter: 7 });
    expect(await counted({ dice: HALF }).waited(limited, 429)).toBe(7125);
  });

  it.each([
    { asked: 20, tried: true },
    { asked: 21, tried: false },
    { asked: 86_400, tried: false },
  ])('is not $asked s where that is too long', async ({ asked, tried }) => {
    const wait = await counted().waited(failure('rate-limited', { retryAfter: asked }), 429);
    expect(wait !== undefined).toBe(tried);
  });

  it('is within the time that is left', async () => {
    const limited = failure('rate-limited', { retryAfter: 3 });
    expect(await counted({ timeLeft: 3_000, dice: HALF }).waited(limited, 429)).toBeUndefined();
    expect(await counted({ timeLeft: 3_126, dice: HALF }).waited(limited, 429)).toBe(3_125);
  });
});

describe('a wait', () => {
  it.each([
    { how: 'the client leaves', end: ({ controller }: Counted) => controller.abort() },
    { how: 'the answer is cancelled', end: ({ cancel }: Counted) => cancel() },
  ])('ends at once when $how, and leaves no timer', async ({ end }) => {
    const counter = counted();
    const waiting = counter.wait(failure('overloaded', { retryAfter: 9 }), 503);
    await vi.advanceTimersByTimeAsync(10);
    end(counter);
    expect(await waiting).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin when the time is up already', async () => {
    const counter = counted();
    counter.controller.abort();
    expect(await counter.wait(failure('overloaded'), 503)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

type Counted = ReturnType<typeof counted>;

describe('what the client is told', () => {
  it('after tries of ours: that its own would be of no use', async () => {
    const { waited, told } = counted();
    const busy = failure('overloaded', { retryAfter: 2 });
    expect(told(busy)).toBe(busy);
    await waited(busy, 503);
    expect(told(busy)).toMatchObject({
      kind: 'overloaded',
      status: 503,
      message: busy.message,
      retryAfter: 2,
      retryable: false,
    });
  });

  it('of a limit: to wait and try again', async () => {
    const { waited, told } = counted();
    const limited = failure('rate-limited', { retryAfter: 2 });
    await waited(limited, 429);
    expect(told(limited)).toBe(limited);
  });
});
