/**
 * The Go proxy (poe-openai-proxy): the environment of its fork with `AuthKey`, and the `config.toml` of
 * the first one and of poe-to-gpt.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProxy, type TestProxy } from '../hosts/_proxy-server.ts';
import { freePort } from '../hosts/_server.ts';
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
let proxy: TestProxy;
beforeAll(async () => {
  proxy = await startProxy({ servers: { 'poe.test': Number(new URL(house.poe().url).port) } });
});
afterAll(() => proxy.close());

/** `docker run -e …` with several tokens. */
const VARIABLES = {
  AuthKey: 'sk-an-old-key-of-mine',
  TOKENS: 'go-key-1,go-key-2,go-key-3',
  SIMULATE_ROLES: '0',
  RATE_LIMIT: '10',
  COOL_DOWN: '10',
  TIMEOUT: '60',
};

/** The example, with the comments left out; the secrets and the port are to be filled in. */
const CONFIG = (port: number): string => `
port = ${port}
tokens = ["toml-key-1", "toml-key-2", "toml-key-3", "toml-key-4"]
accessTokens = ["sk-R6phF8lDbv4oFHdaEN8UFeD5"]
proxy = ""
gateway = "http://localhost:5100"
gateway-port = 5100
simulate-roles = 2
rate-limit = 60
cool-down = 3
auto-reload = 10
timeout = 180
api-timeout = 170

[bot]
"gpt-3.5-turbo" = "chinchilla"
"gpt-4" = "beaver"
"gpt-4-vision-preview" = "GPT-4o"
"gpt-4-turbo-preview" = "Claude-3-Opus"
"Gemini-1.5-Pro" = "Gemini-1.5-Pro"
`;

/** The names of its README that some bot of today answers to, and that bot. */
const OLD_NAMES: readonly (readonly [bot: string, names: readonly string[]])[] = [
  [
    'gpt-3.5-turbo',
    ['', '-0301', '-0613', '-16k', '-16k-0613'].map((end) => `gpt-3.5-turbo${end}`),
  ],
  [
    'gpt-4-turbo',
    ['', '-0314', '-0613', '-32k', '-32k-0314', '-32k-0613'].map((end) => `gpt-4${end}`),
  ],
  ['claude-haiku-4.5', ['claude-instant', 'claude-instant-100k']],
  ['claude-sonnet-4.5', ['claude-2-100k']],
];

/** The example of its README. */
const QUESTION = { model: 'gpt-4', messages: asked('你好') };

test('answers with the variables of docker run, through PROXY, until each key has to cool down', async () => {
  const PROXY = `http://${proxy.address}`;
  const url = await house.start({ ...VARIABLES, PROXY, POE_BASE_URL: 'http://poe.test' });
  const { AuthKey } = VARIABLES;

  for (const path of ['/v1/models', '/models'])
    expect(await listedModels(await get(url + path, AuthKey))).toContain('gpt-4-turbo');
  for (const [id, names] of OLD_NAMES)
    for (const name of names)
      expect(await (await get(`${url}/v1/models/${name}`, AuthKey)).json()).toMatchObject({ id });
  expect((await get(`${url}/health`)).status).toBe(200);

  expect(await wholeAnswer(await post(`${url}/v1/chat/completions`, AuthKey, QUESTION))).toBe(
    '你好',
  );
  expect(await wholeAnswer(await post(`${url}/chat/completions`, AuthKey, QUESTION))).toBe('你好');
  const streamed = await post(`${url}/v1/chat/completions`, AuthKey, { ...QUESTION, stream: true });
  expect(await streamedAnswer(streamed)).toBe('你好');

  const keys = ['go-key-1', 'go-key-2', 'go-key-3'];
  expect(new Set(house.chats(...keys).map(({ headers }) => headers['authorization'])).size).toBe(3);
  const passed = proxy.passed.filter(({ target }) => target.includes('/chat/completions'));
  expect(passed).toHaveLength(3);

  // Each of them rests now.
  const early = await post(`${url}/v1/chat/completions`, AuthKey, QUESTION);
  expect(early.status).toBe(429);
  expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(2);
  expect(house.chats(...keys)).toHaveLength(3);

  expect((await post(`${url}/v1/chat/completions`, 'sk-123456', QUESTION)).status).toBe(401);
  const odd = { ...QUESTION, messages: [{ role: 'robot', content: 'Hi' }] };
  expect((await post(`${url}/v1/chat/completions`, AuthKey, odd)).status).toBe(400);
  await preflight(`${url}/v1/chat/completions`);
  await preflight(`${url}/chat/completions`);
});

test('answers with its config.toml: names mapped, roles told where they are more than one question', async () => {
  const port = await freePort();
  const CONFIG_DIR = await house.folder({ 'config.toml': CONFIG(port) });
  const url = await house.start({ CONFIG_DIR, PORT: '' });
  expect(new URL(url).port).toBe(String(port));
  const ask = (model: string, messages: readonly object[]): Promise<Response> =>
    post(`${url}/v1/chat/completions`, 'sk-R6phF8lDbv4oFHdaEN8UFeD5', { model, messages });

  const plain = asked('Hello', { role: 'system', content: 'Be brief.' });
  const dialogue = [...plain, { role: 'assistant', content: 'Hi.' }, ...asked('And now?')];
  for (const [model, messages] of [
    ['gpt-4', plain],
    ['gpt-4-vision-preview', plain],
    ['gpt-4-turbo-preview', plain],
    ['gpt-3.5-turbo', dialogue],
  ] as const)
    await wholeAnswer(await ask(model, messages));

  const bodies = house
    .chats('toml-key-1', 'toml-key-2', 'toml-key-3', 'toml-key-4')
    .map(({ body }) => body as { model: string; messages: { role: string; content: string }[] });
  // What the table has no living bot for goes by the rules.
  expect(bodies.map(({ model }) => model.toLowerCase())).toEqual([
    'gpt-4-turbo',
    'gpt-4o',
    'claude-opus-4.5',
    'gpt-3.5-turbo',
  ]);
  const said = bodies.flatMap(({ messages }) => {
    expect(messages).toMatchObject([{ role: 'user' }]);
    return messages.map(({ content }) => content);
  });
  const withHeadings = said.pop() ?? '';
  for (const text of said) expect(text).toMatch(/^Be brief\.\s+Hello$/);
  for (const words of ['Be brief.', 'Hello', 'Hi.', 'And now?', '||>User:\n', '||>Assistant:\n'])
    expect(withHeadings).toContain(words);
});

test('does not start with what stood in its examples, and says what to do instead', async () => {
  const { code, stderr } = await refusalOf({
    ...VARIABLES,
    AuthKey: 'sk-123456',
    TOKENS: '12zNTxAdieuXXszMWYt93g%3D%3D,13zNTxAdieuXXszMWYt93g%3D%3D',
    PROXY: 'socks5h://127.0.0.1:7890',
  });
  expect(code).not.toBe(0);
  expect(stderr).toContain('AuthKey: entry 1 is easily guessed');
  expect(stderr).toMatch(/TOKENS: entry 2 is a p-b cookie.*https:\/\/poe\.com\/api\/keys/);
  expect(stderr).toMatch(/PROXY must be .*SOCKS is not supported/);
});

test('does not start with keys that anybody could use, as the first Go proxy did', async () => {
  const { code, stderr } = await refusalOf({ TOKENS: 'go-key-1' });
  expect(code).not.toBe(0);
  expect(stderr).toContain('TOKENS needs ACCESS_TOKENS beside it');
});
