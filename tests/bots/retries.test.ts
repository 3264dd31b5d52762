/**
 * Calls that Poe could not answer are made again, in every way of asking: as often as the failure is
 * worth, and never once an answer has begun. Told by what the simulated Poe was asked.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogFields } from '../../src/platform.ts';
import { type House, startHouse } from './_poe.ts';
import { post } from './_relay.ts';

/** As an owner has it who sets nothing. */
const DEFAULT = { RETRIES: '' };

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe.concurrent('a Poe that is busy for a moment', () => {
  const CLIENTS = [
    { path: '/v1/chat/completions', model: 'Echo', upstream: 'poe-chat' },
    { path: '/v1/chat/completions', model: 'Echo', upstream: 'poe-bot', way: 'bot' },
    { path: '/v1/messages', model: 'Claude-Opus-4.5', upstream: 'poe-messages' },
    { path: '/v1/responses', model: 'GPT-5', upstream: 'poe-responses' },
  ];
  const ROWS = CLIENTS.flatMap((client) => [
    { ...client, stream: false },
    { ...client, stream: true },
  ]);
  it.each(ROWS)('answers on $path by $upstream, streamed: $stream', async (row) => {
    const { path, model, upstream, way = 'auto', stream } = row;
    const key = `busy-twice-${upstream}-${stream}`;
    const gateway = await house.gateway({ ...DEFAULT, UPSTREAM: way }).warm();
    const said = path === '/v1/responses' ? { input: 'hello' } : {};
    const messages = [{ role: 'user', content: 'hello' }];
    const body = { model, stream, max_tokens: 100, ...(said.input ? said : { messages }) };
    const response = await post(gateway, path, key, body);
    expect(response.headers.get('x-poeway-upstream')).toContain(upstream);
    expect(await response.text()).toContain('hello');
    expect(response.status).toBe(200);
    const asked = house.asked(key);
    expect(asked).toHaveLength(3);
    for (const { body: sent } of asked) expect(sent).toEqual(asked[0]?.body);
  });

  it('tells how often it was asked again in the log', async () => {
    const lines: (LogFields | undefined)[] = [];
    const gateway = house.gateway(DEFAULT, { log: (_, __, fields) => lines.push(fields) });
    await gateway.ask('Echo', {}, 'busy-twice-logged');
    await gateway.ask('Echo', {}, 'good-logged');
    expect(lines.map((fields) => fields?.['retries'])).toEqual([2, undefined]);
  });
});

describe.concurrent('a Poe that stays busy', () => {
  it('is asked three times, and the client is told not to ask as often', async () => {
    const key = 'busy-thrice-1';
    const { status, error, headers } = await house.gateway(DEFAULT).ask('Echo', {}, key);
    expect([status, error?.['code']]).toEqual([503, 'overloaded']);
    expect(headers.get('x-should-retry')).toBe('false');
    expect(house.asked(key)).toHaveLength(3);
  });

  it('is left to the client where RETRIES is 0', async () => {
    const key = 'busy-thrice-2';
    const { status, headers } = await house.gateway({ RETRIES: '0' }).ask('Echo', {}, key);
    expect(status).toBe(503);
    expect(headers.get('x-should-retry')).toBeNull();
    expect(house.asked(key)).toHaveLength(1);
  });
});

describe.concurrent('how often Poe is asked', () => {
  const ROWS: readonly (readonly [bot: string, way: string, stream: boolean, calls: number])[] = [
    ['Error-400', 'chat', false, 1],
    ['Error-401', 'chat', false, 1],
    ['Error-402', 'chat', false, 1],
    ['Error-403', 'chat', false, 1],
    ['Error-404', 'chat', false, 1],
    ['Error-408', 'chat', true, 3],
    ['Error-413', 'chat', false, 1],
    ['Error-500', 'chat', true, 2],
    ['Error-502', 'bot', false, 3],
    ['Error-529', 'chat', false, 3],
    ['Error-HTML', 'chat', true, 3],
    ['Error-Context', 'chat', false, 1],
    // An answer has begun, and may have been charged.
    ['Error-First', 'chat', true, 1],
    ['Error-Midway', 'chat', true, 1],
    ['Broken-Midway', 'chat', false, 1],
    ['Empty-Body', 'chat', true, 1],
    // Natively that is a failure before the beginning, if the bot says so.
    ['Bot-Error-Retry', 'bot', true, 2],
    ['Bot-Error-Retry', 'bot', false, 2],
    ['Bot-Error-Final', 'bot', true, 1],
    ['Bot-Error-Funds', 'bot', true, 1],
    ['Bot-Error-Bare', 'bot', true, 1],
    ['Bot-Error-Midway', 'bot', true, 1],
  ];
  it.each(ROWS)('%s by %s, streamed: %s, is asked %i times', async (bot, way, stream, calls) => {
    const key = `good-${bot}-${way}-${stream}`;
    const answer = await house.gateway({ ...DEFAULT, UPSTREAM: way }).ask(bot, { stream }, key);
    expect(answer.error).toBeDefined();
    expect(house.asked(key)).toHaveLength(calls);
  });
});

describe.concurrent('a bot that allows another try', () => {
  it.each([true, false])('has it (streamed: %s)', async (stream) => {
    const key = `good-once-${stream}`;
    const gateway = house.gateway({ ...DEFAULT, UPSTREAM: 'bot' });
    const answer = await gateway.ask('Bot-Error-Once', { stream }, key);
    expect(answer).toMatchObject({ status: 200, content: 'Hello there, world' });
    expect(house.asked(key)).toHaveLength(2);
  });
});

describe.concurrent('a key at its limit', () => {
  it('is asked with again when Poe allows it, and the client is kept alive', async () => {
    const gateway = house.gateway({ ...DEFAULT, KEEP_ALIVE: '0.2' });
    const key = 'flaky-own';
    await gateway.ask('Echo', {}, key);
    const asked = Date.now();
    const messages = [{ role: 'user', content: 'hello' }];
    const body = { model: 'Echo', stream: true, messages };
    const response = await post(gateway, '/v1/chat/completions', key, body);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^: keep-alive\n\n[^]*hello[^]*\[DONE\]/);
    expect(Date.now() - asked).toBeGreaterThanOrEqual(990);
    expect(house.asked(key)).toHaveLength(3);
  });

  it('is told at once where that takes too long', async () => {
    const gateway = house.gateway({ ...DEFAULT, TIMEOUT: '5' });
    const { status, headers } = await gateway.ask('Echo', {}, 'limited-own');
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    expect(headers.get('x-should-retry')).toBeNull();
    expect(house.asked('limited-own')).toHaveLength(1);
  });

  const pool = (keys: string): ReturnType<typeof house.gateway> =>
    house.gateway({ ...DEFAULT, POE_API_KEYS: keys, ACCESS_TOKENS: 'token-for-retries' });

  it('is waited for where a pool has no other and it rests for a blink', async () => {
    const gateway = pool('flaky-pool,poor-pool');
    for (let turn = 0; turn < 2; turn++)
      expect((await gateway.ask('Echo', {}, 'token-for-retries')).status).toBe(200);
    expect(house.asked('flaky-pool')).toHaveLength(3);
  });

  it('is not waited for where it rests for longer: the client is told the shortest wait', async () => {
    const gateway = pool('limited-pool-1,limited-pool-2');
    const { status, headers } = await gateway.ask('Echo', {}, 'token-for-retries');
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe.concurrent('calls that are spaced', () => {
  const began = (key: string): readonly number[] =>
    house.asked(key).map(({ receivedAt }) => receivedAt);

  it('begin one after the other, whoever asks', async () => {
    const gateway = await house.gateway({ RATE_LIMIT_MS: '150' }).warm();
    const keys = ['good-spaced-1', 'good-spaced-2', 'good-spaced-3'];
    const answers = await Promise.all(
      keys.map((key, index) => gateway.ask('Echo', { stream: index === 1 }, key)),
    );
    expect(answers.map(({ content }) => content)).toEqual(keys.map(() => 'Hello there, world'));
    const times = keys.flatMap(began).toSorted((one, other) => one - other);
    // When the simulator has read them; a little of the gap may be lost on the way.
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThan(100);
  });

  it('keep nothing waiting that is no such call', async () => {
    const gateway = await house.gateway({ RATE_LIMIT_MS: '60000' }).warm();
    await gateway.ask('Echo', {}, 'good-first');
    const asked = Date.now();
    for (const path of ['/health', '/v1/models', '/v1/models/echo']) {
      const headers = { authorization: 'Bearer good-first' };
      const request = new Request(`http://gateway${path}`, { headers });
      expect((await gateway.app.fetch(request)).status).toBe(200);
    }
    expect(Date.now() - asked).toBeLessThan(5_000);
  });

  it('are refused at once where their turn would come too late, and no key rests for it', async () => {
    const settings = { POE_API_KEYS: 'good-queue', ACCESS_TOKENS: 'token-of-the-queue' };
    const spaced = { RATE_LIMIT_MS: '2000', TIMEOUT: '2', RETRIES: '' };
    const gateway = await house.gateway({ ...settings, ...spaced }).warm();
    const token = 'token-of-the-queue';
    expect((await gateway.ask('Echo', {}, token)).status).toBe(200);
    const late = await Promise.all([
      gateway.ask('Echo', {}, token),
      gateway.ask('Echo', {}, token),
    ]);
    const refused = late.find(({ status }) => status === 429);
    expect(refused?.error).toMatchObject({
      code: 'rate_limit_exceeded',
      message: expect.stringContaining('wait for their turn'),
    });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(1);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await gateway.ask('Echo', {}, token)).status).toBe(200);
  });
});
