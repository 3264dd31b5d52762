/**
 * The FastAPI proxy of Fly.io and its kin (poe-to-gpt): `POE_API_KEYS` and `ACCESS_TOKENS`, as commas or
 * as JSON.
 */
import { describe, expect, test } from 'vitest';
import {
  asked,
  get,
  listedModels,
  openHouse,
  post,
  preflight,
  streamedAnswer,
  wholeAnswer,
} from './_older-proxy.ts';

const house = openHouse();

/** What `flyctl secrets set` was given; the last two were optional. */
const SECRETS = {
  POE_API_KEYS: 'fly-key-1,fly-key-2',
  ACCESS_TOKENS: 'laptop-token-1,laptop-token-2',
  PROXY_URL: 'http://a-proxy.test:3128',
  TIMEOUT: '180',
};

/** poe-to-gpt's `.env` as `docker run --env-file` hands it on: with its quotes. */
const ENV_FILE = {
  POE_API_KEYS: `'["gpt-key-1", "gpt-key-2"]'`,
  ACCESS_TOKENS: `'["desk-token-1", "desk-token-2"]'`,
  PROXY: `''`,
  TIMEOUT: '120',
  BOT_NAMES: `'["GPT-4o", "GPT-4o-Mini", "GPT-3.5-Turbo", "Claude-3.5-Sonnet", "DALL-E-3"]'`,
};

describe.each([
  {
    settings: SECRETS,
    tokens: ['laptop-token-1', 'laptop-token-2'],
    keys: ['fly-key-1', 'fly-key-2'],
  },
  {
    settings: ENV_FILE,
    tokens: ['desk-token-1', 'desk-token-2'],
    keys: ['gpt-key-1', 'gpt-key-2'],
  },
] as const)('settings like $settings.POE_API_KEYS', ({ settings, tokens: [one, other], keys }) => {
  test('answers all that the old proxy documents', async () => {
    const url = await house.start(settings);

    const health = await get(`${url}/health`);
    expect([health.status, await health.text()]).toEqual([200, 'OK']);

    const question = {
      model: 'gpt-4o',
      messages: asked('告诉我关于量子计算的知识'),
      temperature: 0.7,
    };
    const first = await post(`${url}/v1/chat/completions`, one, question);
    expect(await wholeAnswer(first)).toBe('告诉我关于量子计算的知识');
    const second = await post(`${url}/chat/completions`, other, {
      model: 'Claude-3.5-Sonnet',
      messages: asked('Introduce yourself.', { role: 'system', content: 'You are helpful.' }),
      temperature: 0.7,
      max_tokens: 2000,
      stream: false,
    });
    expect(await wholeAnswer(second)).toBe('Introduce yourself.');
    const streamed = await post(`${url}/v1/chat/completions`, one, {
      model: 'GPT-3.5-Turbo',
      messages: asked('Hello!', { role: 'system', content: 'You are helpful.' }),
      stream: true,
      frequency_penalty: 0,
      presence_penalty: 0,
      skip_system_prompt: null,
    });
    expect(await streamedAnswer(streamed)).toBe('Hello!');

    // The keys in their turns; the bots by Poe's names.
    const paid = house.chats(...keys);
    const [keyOne, keyTwo] = keys.map((key) => `Bearer ${key}`);
    expect(paid.map(({ headers }) => headers['authorization'])).toEqual([keyOne, keyTwo, keyOne]);

    for (const path of ['/v1/models', '/models'])
      expect(await listedModels(await get(url + path, one))).toContain('gpt-4o');

    for (const wrong of [undefined, 'wrong-token', keys[0]]) {
      expect((await post(`${url}/v1/chat/completions`, wrong, question)).status).toBe(401);
      expect((await get(`${url}/v1/models`, wrong)).status).toBe(401);
    }
    expect(house.chats(...keys)).toHaveLength(3);
    await preflight(`${url}/v1/chat/completions`);
  });
});
