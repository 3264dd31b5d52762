/** poe2openai: the environment of its compose file, `models.yaml`, everybody's own key. */
import { beforeAll, describe, expect, test } from 'vitest';
import { UPLOAD_PATH } from '../../sim/upload/endpoint.ts';
import {
  asked,
  get,
  listedModels,
  openHouse,
  post,
  preflight,
  refusalOf,
  streamedAnswer,
  wholeAnswer,
} from './_older-proxy.ts';

const house = openHouse();

/** The compose file, without the port and the addresses of Poe. */
const COMPOSE = {
  LOG_LEVEL: 'info',
  ADMIN_USERNAME: 'admin',
  ADMIN_PASSWORD: '123456',
  MAX_REQUEST_SIZE: '1073741824',
  RATE_LIMIT_MS: '100',
  URL_CACHE_TTL_SECONDS: '259200',
  URL_CACHE_SIZE_MB: '100',
};

const MODELS = `
enable: true
models:
  gpt-4o-mini:
    mapping: my-mini
    replace_response: true
    enable: true
  gpt-3.5-turbo:
    enable: false
custom_models:
  - id: a-bot-of-mine
    created: 1625145678
    owned_by: user
`;

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let url: string;
beforeAll(async () => {
  const CONFIG_DIR = await house.folder({ 'models.yaml': MODELS });
  const { url: poe } = house.poe();
  const POE_FILE_UPLOAD_URL = poe + UPLOAD_PATH;
  url = await house.start({
    ...COMPOSE,
    ADMIN_PASSWORD: 'a better password',
    CONFIG_DIR,
    POE_FILE_UPLOAD_URL,
  });
});

const chat = (key: string | undefined, body: object, path = '/v1/chat/completions') =>
  post(url + path, key, body);

describe('with the settings of its compose file', () => {
  test('answers the example requests, for the key of whoever asks', async () => {
    const example = { model: 'gpt-4o-mini', messages: asked('Hello'), stream: true };
    for (const path of ['/v1/chat/completions', '/chat/completions']) {
      expect(await streamedAnswer(await chat('own-key-1', example, path))).toBe('Hello');
      await preflight(url + path);
    }
    const whole = await chat('own-key-1', {
      model: 'gpt-4o-mini',
      messages: asked('Hello'),
      temperature: 0.7,
      stream: false,
      tools: [],
      stream_options: { include_usage: false },
      reasoning_effort: 'medium',
      extra_body: {},
    });
    expect(await whole.clone().json()).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      usage: { prompt_tokens_details: { cached_tokens: expect.any(Number) } },
    });
    expect(await wholeAnswer(whole)).toBe('Hello');
    expect(house.chats('own-key-1')).toHaveLength(3);
    expect((await chat(undefined, example)).status).toBe(401);
  });

  test('counts the tokens of a stream where that is asked for', async () => {
    const response = await chat('own-key-2', {
      model: 'gpt-4o-mini',
      messages: asked('Hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(await response.text()).toMatch(/"usage":\{"prompt_tokens":\d+/);
  });

  test.each(['https://example.com/image.jpg', PIXEL])(
    'gives a bot the picture that a message shows: %s',
    async (picture) => {
      const content = [
        { type: 'text', text: "What's in this image?" },
        { type: 'image_url', image_url: { url: picture } },
      ];
      const body = { model: 'claude-3-opus', messages: [{ role: 'user', content }] };
      await wholeAnswer(await chat('own-key-3', body));
      expect(JSON.stringify(house.chats('own-key-3').at(-1)?.body)).toContain(picture);
    },
  );

  test('calls a tool', async () => {
    const response = await chat('own-key-4', {
      model: 'gpt-4o-mini',
      messages: asked('What is the weather in Berlin?'),
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
          },
        },
      ],
    });
    expect(await response.json()).toMatchObject({
      choices: [
        {
          message: { tool_calls: [{ type: 'function', function: { name: 'weather' } }] },
          finish_reason: 'tool_calls',
        },
      ],
    });
  });

  test('lists and calls what models.yaml says', async () => {
    for (const path of ['/v1/models', '/models']) {
      const ids = await listedModels(await get(url + path, 'own-key-5'));
      expect(ids).toEqual(expect.arrayContaining(['my-mini', 'a-bot-of-mine', 'gpt-4o']));
      for (const hidden of ['gpt-4o-mini', 'gpt-3.5-turbo']) expect(ids).not.toContain(hidden);
    }
    const response = await chat('own-key-5', { model: 'My-Mini', messages: asked('Hello') });
    expect(await wholeAnswer(response)).toBe('Hello');
    const models = house.chats('own-key-5').map(({ body }) => (body as { model: string }).model);
    expect(models).toEqual([expect.stringMatching(/^gpt-4o-mini$/i)]);
  });

  test('lets RATE_LIMIT_MS pass between two calls to Poe', async () => {
    const ask = () => chat('own-key-6', { model: 'gpt-4o', messages: asked('Hello') });
    await Promise.all([ask(), ask(), ask()].map(async (answer) => wholeAnswer(await answer)));
    const times = house.chats('own-key-6').map(({ receivedAt }) => receivedAt);
    // Two gaps of 100 ms; some of it may be lost on the way, which is not the same for each.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(120);
  });

  test.each(['/admin', '/api/admin/config', '/api/models', '/static/admin.js'])(
    'has no %s, and says so',
    async (path) => {
      const response = await get(url + path, 'own-key-7');
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'unknown_url' } });
    },
  );
});

test('does not start with the password that everybody knows', async () => {
  const { code, stderr } = await refusalOf(COMPOSE);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/ADMIN_PASSWORD must be .*not easily guessed/);
  expect(stderr.match(/ {2}- /g)).toHaveLength(1);
});
