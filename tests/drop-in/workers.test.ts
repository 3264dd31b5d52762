/**
 * The proxy of Cloudflare Workers: `POE_APIKEYS` and `API_ACCESS_TOKENS`, on Workers again, and with its
 * `config.toml` beside it on a server.
 */
import { expect, test } from 'vitest';
import { freePort } from '../hosts/_server.ts';
import { workerd } from '../hosts/_workerd.ts';
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

const SECRETS = {
  POE_APIKEYS: 'worker-key-1,worker-key-2',
  API_ACCESS_TOKENS: 'worker-token-1,worker-token-2',
};

/** The file as it came: the lists are left empty, since the secrets are in the environment. */
const CONFIG = 'port = 8080\napikey = []\naccessTokens = []\ntimeout = 120\n';

/** The example of its README. */
const QUESTION = {
  model: 'claude-3.5-sonnet',
  messages: asked('Hello, how are you?', {
    role: 'system',
    content: 'You are a helpful assistant.',
  }),
  stream: true,
  temperature: 0.7,
};

async function answersAsDocumented(url: string, token: string): Promise<void> {
  expect((await get(`${url}/health`)).status).toBe(200);
  for (const path of ['/v1/chat/completions', '/chat/completions']) {
    const streamed = await post(url + path, token, QUESTION);
    expect(await streamedAnswer(streamed)).toBe('Hello, how are you?');
    const whole = await post(url + path, token, { ...QUESTION, stream: false });
    expect(await wholeAnswer(whole)).toBe('Hello, how are you?');
    expect((await post(url + path, 'YOUR_ACCESS_TOKEN', QUESTION)).status).toBe(401);
    await preflight(url + path);
  }
  expect(await listedModels(await get(`${url}/v1/models`, token))).toContain('claude-sonnet-4.5');
}

test('answers on Workers with the secrets as they were set there', async () => {
  const url = await house.add(workerd.start({ POE_BASE_URL: house.poe().url, ...SECRETS }));
  await expect(answersAsDocumented(url, 'worker-token-2')).resolves.toBeUndefined();
});

test('answers on a server with the same secrets and the config.toml as it came', async () => {
  const CONFIG_DIR = await house.folder({ 'config.toml': CONFIG });
  // PORT was documented, too; what the environment says goes before the file.
  const url = await house.start({ ...SECRETS, CONFIG_DIR, PORT: '0' });
  await expect(answersAsDocumented(url, 'worker-token-1')).resolves.toBeUndefined();
});

test('answers with the secrets and the port in config.toml', async () => {
  const port = await freePort();
  const CONFIG_DIR = await house.folder({
    'config.toml': CONFIG.replace('8080', String(port))
      .replace('apikey = []', 'apikey = ["file-key-1", "file-key-2"]')
      .replace('accessTokens = []', 'accessTokens = ["file-token-1"]'),
  });
  const url = await house.start({ CONFIG_DIR, PORT: '' });
  expect(new URL(url).port).toBe(String(port));
  await answersAsDocumented(url, 'file-token-1');
  expect(house.chats('file-key-1', 'file-key-2')).toHaveLength(4);
});
