/** What callers used and paid, end to end: counted, shown to themselves alone, settled with Poe, and limited. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { nodePlatform } from '../../src/hosts/node-platform.ts';
import type { Visit } from '../../src/platform.ts';
import { type Gateway, type Heard, type House, startHouse } from './_poe.ts';

const LAPTOP = 'token-of-the-laptop';
const PHONE = 'token-of-the-phone';
const SHARED = {
  POE_API_KEYS: 'good-pool-one',
  ACCESS_TOKENS: JSON.stringify([
    { name: 'laptop', token: LAPTOP, rpm: 500, models: ['*'], points_per_day: 1000 },
    { name: 'phone', token: PHONE },
  ]),
};
const words = (count: number): string => Array(count).fill('word').join(' ');

/** Asks for an object with a whole number in it. */
const COUNT = {
  response_format: {
    type: 'json_schema',
    json_schema: {
      name: 'a',
      schema: { type: 'object', properties: { count: { type: 'integer' } } },
    },
  },
};

interface ModelUse {
  readonly requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_input_tokens: number;
  readonly points: number;
  readonly points_estimated: boolean;
  readonly requests_without_price: number;
}

interface UsageReply {
  readonly object: string;
  readonly day: string;
  readonly caller: object;
  readonly balance: number | null;
  readonly today: ModelUse;
  readonly models: readonly (ModelUse & { readonly model: string })[];
  readonly limits: object | null;
  readonly days?: readonly (ModelUse & { readonly day: string })[];
  readonly error?: { readonly message: string; readonly code: string };
}

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

async function usage(
  { app }: Gateway,
  key: string,
  path = '/v1/usage',
): Promise<{ status: number; json: UsageReply; text: string; headers: Headers }> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await app.fetch(new Request(`http://gateway${path}`, { headers }));
  const text = await response.text();
  return {
    status: response.status,
    json: JSON.parse(text) as UsageReply,
    text,
    headers: response.headers,
  };
}

describe('what is counted', () => {
  test.each([false, true])('is an answer: its tokens and points (streamed: %s)', async (stream) => {
    const gateway = await house.gateway(SHARED).warm();
    const { usage: told } = await gateway.ask(
      'GPT-4o-mini',
      { stream, stream_options: stream ? { include_usage: true } : undefined },
      LAPTOP,
    );
    const { json, headers } = await usage(gateway, LAPTOP);
    const input = Number(told?.['prompt_tokens']);
    const output = Number(told?.['completion_tokens']);
    // 0.00000014 and 0.00000054 dollars a token, 30 dollars a million points.
    const points = Math.round((input * 0.14 + output * 0.54) * (1000 / 30)) / 1000;
    const use = {
      requests: 1,
      input_tokens: input,
      output_tokens: output,
      cached_input_tokens: 0,
      points,
      points_estimated: true,
      requests_without_price: 0,
    };
    expect(input).toBeGreaterThan(0);
    expect(json).toEqual({
      object: 'usage',
      day: new Date().toISOString().slice(0, 10),
      caller: { kind: 'token', name: 'laptop' },
      balance: 1000 - points,
      today: use,
      models: [{ model: 'gpt-4o-mini', ...use }],
      limits: {
        points_per_day: 1000,
        requests_per_minute: 500,
        models: ['*'],
        resets_at: expect.stringMatching(/T00:00:00\.000Z$/),
      },
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  const used = async (
    model: string,
    body: object,
    read: (answer: Heard, gateway: Gateway) => unknown = () => undefined,
  ): Promise<ModelUse> => {
    const gateway = await house.gateway(SHARED).warm();
    await read(await gateway.ask(model, body, PHONE), gateway);
    return (await usage(gateway, PHONE)).json.today;
  };

  test('is each of several choices', async () => {
    const one = await used('Echo', {});
    const three = await used('Echo', { n: 3 });
    expect(three.requests).toBe(3);
    expect(three.input_tokens).toBe(3 * one.input_tokens);
  });

  test('is every round of an answer', async () => {
    const once = await used('Json-In-Prompt', COUNT);
    const twice = await used('Json-In-Prompt-Wrong-First', COUNT);
    expect(twice.requests).toBe(1);
    expect(twice.input_tokens).toBeGreaterThan(1.5 * once.input_tokens);
  });

  test('is a relayed answer too', async () => {
    const gateway = await house.gateway(SHARED).warm();
    const request = new Request('http://gateway/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': PHONE, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'claude-sim',
        max_tokens: 99,
        messages: [{ role: 'user', content: 'hello' }],
      }),
    });
    const response = await gateway.app.fetch(request);
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-messages');
    await response.text();
    const { models } = (await usage(gateway, PHONE)).json;
    expect(models).toMatchObject([{ model: 'claude-sim', requests: 1 }]);
    expect(models[0]?.output_tokens).toBeGreaterThan(0);
  });

  test('is what a bot said before it broke off', async () => {
    const {
      requests,
      input_tokens: input,
      output_tokens: output,
    } = await used('Broken-Midway', {
      stream: true,
    });
    expect({ requests, hasInput: input > 0, hasOutput: output > 0 }).toEqual({
      requests: 1,
      hasInput: true,
      hasOutput: true,
    });
  });

  test('is what a client was told before it left', async () => {
    const gateway = await house.gateway(SHARED).warm();
    const response = await gateway.app.fetch(
      new Request('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${PHONE}` },
        body: JSON.stringify({
          model: 'Slow',
          stream: true,
          messages: [{ role: 'user', content: 'hello' }],
        }),
      }),
    );
    const reader = response.body?.getReader();
    for (let text = ''; !text.includes('"content":"');)
      text += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    const { today } = (await usage(gateway, PHONE)).json;
    expect(today).toMatchObject({ requests: 1 });
    expect(today.output_tokens).toBeGreaterThan(0);
  });

  test('is no refusal', async () => {
    const gateway = await house.gateway(SHARED).warm();
    const { status } = await gateway.ask('Error-400', {}, PHONE);
    expect(status).toBeGreaterThanOrEqual(400);
    expect((await usage(gateway, PHONE)).json.today.requests).toBe(0);
  });

  test('has no points where Poe lists no price, and says so', async () => {
    const today = await used('Community-Parameters', {});
    expect(today).toMatchObject({ requests: 1, points: 0, requests_without_price: 1 });
    expect(today.points_estimated).toBe(true);
  });

  test('is in the log line, as numbers', async () => {
    const lines: Record<string, unknown>[] = [];
    const gateway = await house
      .gateway(SHARED, { log: (_, __, fields) => void lines.push({ ...fields }) })
      .warm();
    await gateway.ask('GPT-4o-mini', {}, LAPTOP);
    const line = lines.find(({ path }) => path === '/v1/chat/completions');
    expect(line).toMatchObject({
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
      points: expect.any(Number),
    });
  });

  test('is a day by itself', async () => {
    let ahead = 0;
    const day = 24 * 3_600_000;
    const gateway = await house.gateway(SHARED, { now: () => Date.now() + ahead }).warm();
    await gateway.ask('Echo', {}, PHONE);
    ahead = day;
    await gateway.ask('Echo', { n: 2 }, PHONE);
    const { days } = (await usage(gateway, PHONE, '/v1/usage?days=3')).json;
    expect(days?.map(({ requests }) => requests)).toEqual([2, 1, 0]);
    expect(days?.[1]?.day).toBe(new Date().toISOString().slice(0, 10));
  });
});

describe('who asks', () => {
  test('sees nothing of another, and nothing of the pool', async () => {
    const gateway = await house.gateway(SHARED).warm();
    await gateway.ask('Echo', {}, LAPTOP);
    const { json, text } = await usage(gateway, PHONE, '/usage');
    expect(json.today.requests).toBe(0);
    expect(json.balance).toBeNull();
    expect(json.limits).toMatchObject({ points_per_day: null, requests_per_minute: null });
    expect(text).not.toMatch(/pool|laptop|1234567/);
  });

  test.each(['someone-elses-token', 'good-pool-one'])('must be known: %s', async (stranger) => {
    const { status, json } = await usage(house.gateway(SHARED), stranger);
    expect(status).toBe(401);
    expect(json.error?.code).toBe('invalid_api_key');
  });

  test.each(['0', '32', '1.5', 'week'])('may not want %s days', async (days) => {
    const { status, json } = await usage(house.gateway(SHARED), PHONE, `/v1/usage?days=${days}`);
    expect(status).toBe(400);
    expect(json.error?.message).toMatch(/^days: /);
  });
});

describe('an own key', () => {
  test('is told what Poe itself took today, and has left', async () => {
    const gateway = await house.gateway().warm();
    const key = 'good-own-key-one';
    await gateway.ask('GPT-4o-mini', words(10), key);
    await gateway.ask('GPT-4o-mini', words(90), key);
    const { json } = await usage(gateway, key);
    const row = (await usage(gateway, key)).json.models[0];
    expect(json).toMatchObject({ caller: { kind: 'own_key' }, balance: 1_234_567, limits: null });
    expect(json.today).toMatchObject({ requests: 2, points_estimated: false });
    // The simulator's own prices, which are no estimate of ours.
    expect(json.today.points).toBeGreaterThan(90);
    expect(json.today.points % 1).toBe(0);
    expect(row).toMatchObject({ model: 'gpt-4o-mini', points: json.today.points });
  });

  test('is shown our estimate where Poe does not show its history', async () => {
    const gateway = await house.gateway().warm();
    const key = 'good-secretive-key';
    await gateway.ask('GPT-4o-mini', words(10), key);
    const { json } = await usage(gateway, key);
    expect(json.today).toMatchObject({ requests: 1, points_estimated: true });
    expect(json.today.points).toBeGreaterThan(0);
    expect(json.today.points).toBeLessThan(5);
  });

  test('is shown our estimate where Poe has more rows than can be asked for', async () => {
    const { send } = nodePlatform('error');
    let pages = 0;
    const endless: typeof send = async (call, signal) => {
      if (!call.url.includes('points_history')) return send(call, signal);
      pages += 1;
      const row = {
        query_id: `row-${pages}`,
        bot_name: 'GPT-4o-mini',
        creation_time: Date.now() * 1000,
        usage_type: 'API',
        cost_points: 1000,
      };
      const chunks = [new TextEncoder().encode(JSON.stringify({ has_more: true, data: [row] }))];
      const nothing = (): void => undefined;
      return {
        status: 200,
        header: () => undefined,
        read: () => Promise.resolve(chunks.shift()),
        discard: nothing,
        cancel: nothing,
      };
    };
    const gateway = await house.gateway({}, { send: endless }).warm();
    await gateway.ask('GPT-4o-mini', words(10), 'good-own-key-two');
    const { today } = (await usage(gateway, 'good-own-key-two')).json;
    expect(pages).toBe(10);
    expect(today.points_estimated).toBe(true);
    expect(today.points).toBeLessThan(5);
  });

  test("is not followed: Poe's history is asked when its owner asks", async () => {
    let ahead = 0;
    const gateway = await house.gateway({}, { now: () => Date.now() + ahead }).warm();
    const key = 'good-own-key-three';
    await gateway.ask('Echo', {}, key);
    ahead = 120_000;
    await gateway.ask('Echo', {}, key);
    await gateway.ask('Echo', {}, key);
    expect(house.asked(key).filter(({ path }) => path.startsWith('/usage'))).toEqual([]);
  });

  test.each([
    ['bad-key', 401, 'invalid_api_key'],
    ['', 401, 'invalid_api_key'],
  ])('that is not one is refused: %j', async (key, status, code) => {
    const reply = await usage(house.gateway(), key);
    expect(reply.status).toBe(status);
    expect(reply.json.error?.code).toBe(code);
  });
});

describe('a budget', () => {
  /** 25 points and more are a call by the simulator's price; the price of 0.0060 dollars is 200. */
  const budgeted = (points: number, more: Record<string, string> = {}): Record<string, string> => ({
    POE_API_KEYS: 'good-pool-two',
    ACCESS_TOKENS: JSON.stringify([
      { name: 'kids', token: 'token-of-the-kids', points_per_day: points },
      { name: 'phone', token: PHONE },
    ]),
    ...more,
  });
  const KIDS = 'token-of-the-kids';

  test('ends with its points, and begins again at midnight', async () => {
    let ahead = 0;
    const now = (): number => Date.now() + ahead;
    const gateway = await house.gateway(budgeted(400), { now }).warm();
    expect((await gateway.ask('Kimi-K2.5', {}, KIDS)).status).toBe(200);
    expect((await usage(gateway, KIDS)).json.balance).toBe(200);
    expect((await gateway.ask('Kimi-K2.5', {}, KIDS)).status).toBe(200);
    const asked = house.asked('good-pool-two').length;
    const { status, error, headers } = await gateway.ask('Kimi-K2.5', {}, KIDS);
    expect(status).toBe(402);
    expect(error).toMatchObject({ code: 'insufficient_quota' });
    expect(error?.['message']).toContain('points for today (400)');
    const wait = Number(headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(24 * 3600);
    expect(house.asked('good-pool-two')).toHaveLength(asked);
    expect((await usage(gateway, KIDS)).json.balance).toBe(0);
    expect((await gateway.ask('Kimi-K2.5', {}, PHONE)).status).toBe(200);
    ahead = wait * 1000;
    expect((await gateway.ask('Kimi-K2.5', {}, KIDS)).status).toBe(200);
  });

  test('that is used up is a 402 in every protocol', async () => {
    const gateway = await house.gateway(budgeted(1)).warm();
    await gateway.ask('Kimi-K2.5', {}, KIDS);
    for (const path of [
      '/v1/messages',
      '/v1/responses',
      '/v1/completions',
      '/v1/chat/completions',
    ]) {
      const request = new Request(`http://gateway${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KIDS}` },
        body: '{}',
      });
      const response = await gateway.app.fetch(request);
      expect(response.status, path).toBe(402);
      expect(await response.text()).toContain('points for today (1)');
    }
  });
});

describe('with the history of the pool', () => {
  test('estimates become what Poe took', async () => {
    let ahead = 0;
    const key = 'good-pool-three';
    const gateway = await house
      .gateway({ ...SHARED, POE_API_KEYS: key }, { now: () => Date.now() + ahead })
      .warm();
    await gateway.ask('GPT-4o-mini', words(10), LAPTOP);
    await gateway.ask('Community-Parameters', words(20), PHONE);
    // Two questions for one answer.
    await gateway.ask('Json-In-Prompt-Wrong-First', COUNT, PHONE);
    expect((await usage(gateway, LAPTOP)).json.today.points).toBeLessThan(5);
    ahead = 60_000;
    // It is asked beside the next answer, whoever's that is.
    await gateway.ask('Echo', {}, PHONE);
    await vi.waitFor(async () => {
      const { today } = (await usage(gateway, LAPTOP)).json;
      expect(today.points_estimated).toBe(false);
    });
    const history = await fetch(`${house.poe.url}/usage/points_history?limit=5`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { data } = (await history.json()) as {
      data: { bot_name: string; cost_points: number }[];
    };
    const rows = data.map(({ bot_name: bot }) => bot);
    expect(rows.filter((bot) => bot === 'Json-In-Prompt-Wrong-First')).toHaveLength(2);
    const paid = (bot: string): number =>
      data
        .filter(({ bot_name: name }) => name === bot)
        .reduce((sum, { cost_points: points }) => sum + points, 0);
    const laptop = (await usage(gateway, LAPTOP)).json;
    expect(laptop.today.points).toBe(paid('GPT-4o-mini'));
    expect(laptop.balance).toBe(1000 - laptop.today.points);
    const phone = (await usage(gateway, PHONE)).json;
    expect(phone.models.find(({ model }) => model === 'community-parameters')).toMatchObject({
      points: paid('Community-Parameters'),
      points_estimated: false,
      requests_without_price: 0,
    });
    expect(phone.models.find(({ model }) => model === 'json-in-prompt-wrong-first')).toMatchObject({
      requests: 1,
      points: paid('Json-In-Prompt-Wrong-First'),
    });
  });

  test('they stay estimates where Poe does not show it, and answers go on', async () => {
    let ahead = 0;
    const gateway = await house
      .gateway(
        { ...SHARED, POE_API_KEYS: 'good-secretive-pool' },
        { now: () => Date.now() + ahead },
      )
      .warm();
    const beside: Promise<void>[] = [];
    const visit: Visit = { waitUntil: (work) => void beside.push(work) };
    const ask = (): Promise<Response> =>
      gateway.app.fetch(
        new Request('http://gateway/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${LAPTOP}` },
          body: JSON.stringify({
            model: 'GPT-4o-mini',
            messages: [{ role: 'user', content: 'hello' }],
          }),
        }),
        visit,
      );
    expect((await ask()).status).toBe(200);
    ahead = 60_000;
    expect((await ask()).status).toBe(200);
    await Promise.all(beside);
    const asked = house
      .asked('good-secretive-pool')
      .filter(({ path }) => path.startsWith('/usage'));
    expect(asked).toHaveLength(1);
    const { today } = (await usage(gateway, LAPTOP)).json;
    expect(today).toMatchObject({ requests: 2, points_estimated: true });
  });
});

describe('a store', () => {
  test('that is down stops no answer and no budget', async () => {
    const down = (): Promise<never> => Promise.reject(new Error('gone'));
    const gateway = await house
      .gateway(
        { ...SHARED, STORE: 'deno-kv' },
        {
          stores: {
            'deno-kv': () => ({
              get: down,
              set: down,
              delete: down,
              count: down,
              sharesCounts: true,
            }),
          },
        },
      )
      .warm();
    expect((await gateway.ask('GPT-4o-mini', {}, LAPTOP)).status).toBe(200);
    await vi.waitFor(async () => {
      expect((await usage(gateway, LAPTOP)).json.today.requests).toBe(1);
    });
  });
});
