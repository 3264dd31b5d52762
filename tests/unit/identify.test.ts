/**
 * At the door: the limit of the address, the guard against guessing, who calls, the limit of the token,
 * in this order; and what replies tell of limits.
 */
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createDoor } from '../../src/identify.ts';
import type { LogFields, Platform } from '../../src/platform.ts';
import type { Taken } from '../../src/policy/rate-limit.ts';
import { jsonReply, replayPlatform } from '../golden/replay.ts';

const LAPTOP = 'token-of-the-laptop';
const PHONE = 'token-of-the-phone';
const POOL = {
  POE_API_KEYS: 'pooled-key-1',
  ACCESS_TOKENS: JSON.stringify([
    { name: 'laptop', token: LAPTOP },
    { name: 'phone', token: PHONE, rpm: 3 },
  ]),
};

/** The door of a gateway, on a clock that the test moves. */
function door(env: Record<string, string>, limiters?: Platform['limiters']) {
  const replayed = replayPlatform(() => jsonReply({ data: [] }));
  const state = { time: 1_767_225_600_000 };
  const platform: Platform = { ...replayed, now: () => state.time, limiters };
  const { identify } = createDoor(readConfig(env), platform, undefined);
  /** Comes in; or what it is refused with. */
  async function knock(credential: string | undefined, address?: string) {
    const facts: LogFields[] = [];
    const told: Taken[] = [];
    const caller = await identify({
      headers: new Headers(credential === undefined ? {} : { 'x-api-key': credential }),
      address,
      beside: () => undefined,
      note: (fields) => facts.push(fields),
      limited: (taken) => told.push(taken),
    }).catch((error: Error & { status: number; retryAfter?: number }) => error);
    return 'status' in caller
      ? { status: caller.status, wait: caller.retryAfter, words: caller.message, facts, told }
      : { status: 200, wait: undefined, words: caller.kind, facts, told };
  }
  const statuses = async (times: number, credential: string | undefined, address?: string) => {
    const list: number[] = [];
    for (let time = 0; time < times; time++) list.push((await knock(credential, address)).status);
    return list;
  };
  return { state, knock, statuses, lines: replayed.lines };
}

describe('a token', () => {
  it('has its own limit, or else that of all, and is told how much is left', async () => {
    const { knock, statuses } = door({ ...POOL, TOKEN_RATE_LIMIT: '5' });
    expect(await statuses(4, PHONE)).toEqual([200, 200, 200, 429]);
    expect(await statuses(4, LAPTOP)).toEqual([200, 200, 200, 200]);
    expect(await knock(LAPTOP)).toMatchObject({ status: 200, told: [{ limit: 5, remaining: 0 }] });
    expect(await knock(LAPTOP)).toMatchObject({
      status: 429,
      wait: 61,
      words: 'This access token may ask 5 times a minute. Try again in 61 s.',
      told: [{ limit: 5, remaining: 0, reset: 61 }],
      facts: [{ token: 'laptop' }],
    });
  });

  it('has none where none is set, and nothing is told', async () => {
    const { knock, statuses } = door(POOL);
    expect(await statuses(50, LAPTOP)).toEqual(Array(50).fill(200));
    expect((await knock(LAPTOP)).told).toEqual([]);
  });
});

describe('an address', () => {
  const ENV = { ADDRESS_RATE_LIMIT: '3' };

  it('has its limit whoever asks from there, and before anybody looks at who it is', async () => {
    const { state, knock, statuses } = door({ ...ENV, ...POOL });
    const from = '203.0.113.7';
    expect(await statuses(1, LAPTOP, from)).toEqual([200]);
    expect(await statuses(1, PHONE, from)).toEqual([200]);
    expect(await statuses(1, undefined, from)).toEqual([401]);
    for (const credential of [LAPTOP, 'wrong-token-1', undefined])
      expect(await knock(credential, from)).toMatchObject({
        status: 429,
        wait: 61,
        words: 'Your address may ask 3 times a minute. Try again in 61 s.',
        told: [{ limit: 3, remaining: 0 }],
        facts: [],
      });
    expect(await statuses(1, LAPTOP, '203.0.113.8')).toEqual([200]);
    state.time += 61_000;
    expect(await statuses(1, LAPTOP, from)).toEqual([200]);
  });

  it('is all there is for own keys', async () => {
    const { knock, statuses } = door({ ...ENV, TOKEN_RATE_LIMIT: '1' });
    expect(await statuses(4, 'my-own-key', '203.0.113.7')).toEqual([200, 200, 200, 429]);
    expect((await knock('my-own-key', '203.0.113.9')).told).toEqual([]);
  });

  it('of IPv6 is its /64', async () => {
    const { statuses } = door(ENV);
    expect(await statuses(3, 'my-own-key', '2001:db8::1')).toEqual([200, 200, 200]);
    expect(await statuses(1, 'my-own-key', '2001:db8::2')).toEqual([429]);
    expect(await statuses(1, 'my-own-key', '2001:db8:0:1::2')).toEqual([200]);
  });

  it('that nobody knows has no limit', async () => {
    const { statuses } = door(ENV);
    expect(await statuses(9, 'my-own-key')).toEqual(Array(9).fill(200));
  });
});

describe('guessing tokens', () => {
  const from = '203.0.113.7';
  const guess = (number: number): string => `wrong-token-${number}`;

  it('is over after ten in a minute; requests without any credential are none', async () => {
    const { state, knock, statuses, lines } = door(POOL);
    expect(await statuses(30, undefined, from)).toEqual(Array(30).fill(401));
    for (let number = 0; number < 10; number++)
      expect((await knock(guess(number), from)).status).toBe(401);
    expect(await knock(guess(10), from)).toMatchObject({
      status: 429,
      wait: 61,
      words: 'Too many wrong access tokens came from your address. Try again in 61 s.',
      told: [],
    });
    await knock(guess(11), from);
    expect((await knock(LAPTOP, from)).status, 'a right one gives nothing away').toBe(429);
    expect((await knock(undefined, from)).status).toBe(401);
    expect((await knock(guess(12), '203.0.113.8')).status).toBe(401);
    expect(lines).toMatchObject([{ level: 'warn', fields: { address: from } }]);
    state.time += 61_000;
    expect((await knock(LAPTOP, from)).status).toBe(200);
  });

  it('locks out no token that has come in from that address', async () => {
    const { knock, statuses } = door(POOL);
    await knock(LAPTOP, from);
    await statuses(20, 'wrong-token-1', from);
    expect(await statuses(3, LAPTOP, from)).toEqual([200, 200, 200]);
    expect(await statuses(1, PHONE, from)).toEqual([429]);
  });

  it('gets no further by asking all at once', async () => {
    const { knock } = door(POOL);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, number) => knock(guess(number), from)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('is not what those do who have keys of their own', async () => {
    for (const env of [{}, { ...POOL, OWN_KEYS: 'allow' }]) {
      const { statuses } = door(env);
      expect(await statuses(15, '"quoted"', from)).toEqual(Array(15).fill(401));
      expect(await statuses(1, 'my-own-key', from)).toEqual([200]);
    }
  });
});

describe('a limiter of the host', () => {
  /** Lets so many pass of each key. */
  function limiter(most: number) {
    const keys: string[] = [];
    return {
      keys,
      limit: ({ key }: { readonly key: string }) => {
        keys.push(key);
        return Promise.resolve({ success: keys.filter((other) => other === key).length <= most });
      },
    };
  }

  it('is asked for each token and each address, beside the limits that are set', async () => {
    const limiters = { token: limiter(2), address: limiter(3) };
    const { knock, statuses } = door({ ...POOL, TOKEN_RATE_LIMIT: '9' }, limiters);
    expect(await statuses(2, LAPTOP, '2001:db8::1')).toEqual([200, 200]);
    expect(await knock(LAPTOP, '2001:db8::2')).toMatchObject({
      status: 429,
      wait: 10,
      words: 'This access token has asked too often. Try again in 10 s.',
    });
    expect(await knock(PHONE, '2001:db8::3')).toMatchObject({
      status: 429,
      words: 'Your address has asked too often. Try again in 10 s.',
    });
    expect(limiters.token.keys).toEqual(['laptop', 'laptop', 'laptop']);
    expect(limiters.address.keys).toEqual(Array(4).fill('2001:db8:0:0::/64'));
  });

  it('that fails lets all pass, and the log says so', async () => {
    const limit = () => Promise.reject(new Error('gone'));
    const { statuses, lines } = door(POOL, { token: { limit } });
    expect(await statuses(2, LAPTOP)).toEqual([200, 200]);
    expect(lines[0]).toMatchObject({ level: 'warn', fields: { error: 'Error: gone' } });
  });
});

describe('replies', () => {
  const POES = {
    'x-ratelimit-limit-requests': '500',
    'x-ratelimit-remaining-requests': '499',
    'anthropic-ratelimit-requests-limit': '500',
  };

  const LISTED = { id: 'vectors', supported_endpoints: ['/v1/embeddings'] };

  /** Asks Poe for an embedding, the shortest of answers. */
  async function ask(env: Record<string, string>, headers: Record<string, string>, times = 1) {
    const platform = replayPlatform(({ url }) => {
      const data = url.endsWith('/models') ? [LISTED] : [{ embedding: [0.5] }];
      return { ...jsonReply({ data, usage: { prompt_tokens: 1 } }), headers: POES };
    });
    const app = createApp(readConfig(env), platform);
    const request = (): Request =>
      new Request('http://gateway.test/v1/embeddings', {
        method: 'POST',
        headers,
        body: JSON.stringify({ model: 'vectors', input: 'Hello' }),
      });
    for (let time = 1; time < times; time++) await app.fetch(request());
    const response = await app.fetch(request());
    const limits = [...response.headers].filter(([name]) => /ratelimit|retry/.test(name));
    return {
      status: response.status,
      limits: Object.fromEntries(limits),
      text: await response.text(),
    };
  }

  it('to own keys pass on what Poe says of them', async () => {
    expect((await ask({}, { 'x-api-key': 'my-own-key' })).limits).toEqual(POES);
  });

  it('to a token say nothing of the pool’s keys', async () => {
    expect(await ask(POOL, { 'x-api-key': LAPTOP })).toMatchObject({ status: 200, limits: {} });
  });

  it('to a token tell of its own limit, refused or not', async () => {
    const told = { 'x-ratelimit-limit-requests': '3', 'x-ratelimit-reset-requests': '61' };
    expect(await ask(POOL, { 'x-api-key': PHONE })).toMatchObject({
      status: 200,
      limits: { ...told, 'x-ratelimit-remaining-requests': '2' },
    });
    const refused = await ask(POOL, { 'x-api-key': PHONE }, 4);
    expect(refused.status).toBe(429);
    expect(refused.limits).toEqual({
      ...told,
      'x-ratelimit-remaining-requests': '0',
      'retry-after': '61',
    });
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });

  it('in Anthropic’s dialect tell the time of day', async () => {
    const headers = { 'x-api-key': PHONE, 'anthropic-version': '2023-06-01' };
    const { limits, text } = await ask(POOL, headers, 4);
    expect(limits).toEqual({
      'anthropic-ratelimit-requests-limit': '3',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:01:01Z',
      'retry-after': '61',
    });
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'rate_limit_error' } });
  });
});
