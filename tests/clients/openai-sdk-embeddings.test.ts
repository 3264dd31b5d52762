/**
 * Embeddings as apps ask for them: the official SDK and Vercel's, against a real host in front of a
 * server of embeddings that is odd in the ways in which servers are.
 */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, embedMany } from 'ai';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../sim/server.ts';
import type { RunningHost } from '../hosts/_host.ts';
import { nodeHost } from '../hosts/_node.ts';
import { type EmbeddingsServer, startEmbeddingsServer, vectorOf } from './embeddings-server.ts';

const USER_KEY = 'user-key-1234567890';
const SERVER_KEY = 'server-key-0987654321';

let poe: Simulator;
let server: EmbeddingsServer;
let gateway: RunningHost;
let openai: OpenAI;

const client = (url: string, apiKey = USER_KEY): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });

const start = (env: Readonly<Record<string, string>>): Promise<RunningHost> =>
  nodeHost().start({ POE_BASE_URL: poe.url, ...env });

beforeAll(async () => {
  poe = await startSimulator();
  server = await startEmbeddingsServer();
  gateway = await start({
    EMBEDDINGS_BASE_URL: `${server.url}/v1/`,
    EMBEDDINGS_API_KEY: SERVER_KEY,
    EMBEDDINGS_BATCH_SIZE: '40',
  });
  openai = client(gateway.url);
});
afterEach(() => {
  server.clear();
  poe.clear();
});
afterAll(async () => {
  await gateway.stop();
  await server.close();
  await poe.close();
});

const MODEL = 'text-embedding-3-small';
const TEXTS = Array.from({ length: 100 }, (_, index) => `text ${index}`);

const vectors = ({ data }: OpenAI.CreateEmbeddingResponse): readonly number[][] =>
  data.map(({ embedding }) => Array.from(embedding));

describe('the OpenAI SDK', () => {
  test('gets a vector, decoded from the base64 that it asks for by itself', async () => {
    const reply = await openai.embeddings.create({ model: MODEL, input: 'hello' });
    expect(vectors(reply)).toEqual([vectorOf('hello')]);
    expect(reply).toMatchObject({
      object: 'list',
      model: MODEL,
      usage: { prompt_tokens: 2, total_tokens: 2 },
    });
    expect(server.asked.map(({ body }) => body)).toEqual([{ model: MODEL, input: ['hello'] }]);
  });

  test.each(['float', 'base64'] as const)(
    'gets %s, whatever the server gives and whether or not it knows encodings',
    async (encoding_format) => {
      for (const model of [MODEL, 'says-base64', 'no-base64']) {
        const { data } = await openai.embeddings.create({ model, input: 'hi 👋', encoding_format });
        const wanted = vectorOf('hi 👋');
        const bytes = Buffer.from(Float32Array.from(wanted).buffer).toString('base64');
        expect(data[0]?.embedding).toEqual(encoding_format === 'float' ? wanted : bytes);
      }
    },
  );

  test('gets the vectors of many texts in their order, by calls of the size that is set', async () => {
    const reply = await openai.embeddings.create({ model: MODEL, input: TEXTS });
    expect(vectors(reply)).toEqual(TEXTS.map((text) => vectorOf(text)));
    expect(reply.data.map(({ index }) => index)).toEqual([...TEXTS.keys()]);
    expect(reply.usage).toEqual({ prompt_tokens: 200, total_tokens: 200 });
    expect(server.asked.map(({ body }) => body.input.length).sort()).toEqual([20, 40, 40]);
  });

  test('gets them from a server that takes three at a time', async () => {
    const reply = await openai.embeddings.create({ model: 'small-batches', input: TEXTS });
    expect(vectors(reply)).toEqual(TEXTS.map((text) => vectorOf(text)));
    expect(reply.usage.prompt_tokens).toBe(200);
  });

  test('sends tokens, one text or several', async () => {
    const one = await openai.embeddings.create({ model: MODEL, input: [1, 2, 3] });
    expect(vectors(one)).toEqual([vectorOf([1, 2, 3])]);
    const two = await openai.embeddings.create({ model: MODEL, input: [[1, 2], [3]] });
    expect(vectors(two)).toEqual([vectorOf([1, 2]), vectorOf([3])]);
    expect(server.asked[0]?.body.input).toEqual([[1, 2, 3]]);
  });

  test('gets vectors of the length that it asks for', async () => {
    const reply = await openai.embeddings.create({ model: MODEL, input: 'a', dimensions: 4 });
    expect(vectors(reply)).toEqual([vectorOf('a', 4)]);
  });
});

describe('the keys', () => {
  test('of the caller is shown to Poe, once, and never to the server', async () => {
    const other = client(gateway.url, 'another-key-1234567890');
    await other.embeddings.create({ model: MODEL, input: 'a' });
    await other.embeddings.create({ model: MODEL, input: 'b' });
    const asked = poe.requests.filter(({ path }) => path === '/usage/current_balance');
    expect(asked.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer another-key-1234567890',
    ]);
    expect(server.asked).toHaveLength(2);
    for (const { headers } of server.asked) {
      expect(headers.authorization).toBe(`Bearer ${SERVER_KEY}`);
      expect(JSON.stringify(headers)).not.toContain('another-key');
    }
  });

  test('without points is good enough', async () => {
    const poor = client(gateway.url, 'poor-key-1234567890');
    await expect(poor.embeddings.create({ model: MODEL, input: 'a' })).resolves.toBeDefined();
  });

  test.each([
    ['bad-key-1234567890', OpenAI.AuthenticationError],
    ['limited-key-1234567890', OpenAI.RateLimitError],
    ['forbidden-key-1234567890', OpenAI.PermissionDeniedError],
  ])('%s does not reach the server', async (key, kind) => {
    const asked = client(gateway.url, key).embeddings.create({ model: MODEL, input: 'a' });
    await expect(asked).rejects.toThrow(kind);
    expect(server.asked).toEqual([]);
  });
});

describe('an error', () => {
  const create = (params: Partial<OpenAI.EmbeddingCreateParams>) =>
    openai.embeddings.create({ model: MODEL, input: 'a', ...params });

  test.each([
    ['an empty text', { input: ['a', ''] }, 400, /input\[1\]: is empty/],
    ['a refused field', { model: 'no-dimensions', dimensions: 4 }, 400, /dimensions: not for this/],
    ['a key that is not the caller’s', { model: 'tells-its-key' }, 502, /EMBEDDINGS_API_KEY/],
    [
      'a length that was not asked for',
      { model: 'ignores-dimensions', dimensions: 4 },
      502,
      /8 numbers, not 4/,
    ],
    ['a failure', { model: 'fails' }, 502, /failed \(HTTP 500\): Internal Server Error/],
    ['nothing', { model: 'garbled' }, 502, /0 embeddings for 1 texts/],
  ])('for %s is readable', async (_, params, status, says) => {
    const error: unknown = await create(params).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ status, message: expect.stringMatching(says) });
  });

  test.each(['tells-its-key', 'repeats-its-key'])(
    'of a server that %s names neither key nor address',
    async (model) => {
      const error: unknown = await create({ model }).catch((thrown: unknown) => thrown);
      expect(String(error)).toContain('embeddings server');
      expect(String(error)).not.toMatch(/server-key|10\.1\.2\.3|127\.0\.0\.1/);
    },
  );

  test('is not waited for by a client that leaves', async () => {
    const abort = new AbortController();
    const asked = openai.embeddings
      .create({ model: 'silent', input: 'a' }, { signal: abort.signal })
      .catch((thrown: unknown) => thrown);
    await vi.waitUntil(() => server.asked.length > 0);
    const before = server.left();
    abort.abort();
    expect(await asked).toBeInstanceOf(OpenAI.APIUserAbortError);
    await vi.waitUntil(() => server.left() > before);
  });
});

describe('the AI SDK', () => {
  const model = () =>
    createOpenAICompatible({
      name: 'poeway',
      apiKey: USER_KEY,
      baseURL: `${gateway.url}/v1`,
    }).embeddingModel(MODEL);

  test('embeds one value', async () => {
    const { embedding, usage } = await embed({ model: model(), value: 'hello', maxRetries: 0 });
    expect(embedding).toEqual(vectorOf('hello'));
    expect(usage.tokens).toBe(2);
  });

  test('embeds many values in their order', async () => {
    const { embeddings } = await embedMany({ model: model(), values: TEXTS, maxRetries: 0 });
    expect(embeddings).toEqual(TEXTS.map((text) => vectorOf(text)));
  });
});

describe('a gateway', () => {
  test('without a server says which setting is missing, and asks nobody', async () => {
    const plain = await start({});
    try {
      const asked = client(plain.url).embeddings.create({ model: MODEL, input: 'a' });
      await expect(asked).rejects.toMatchObject({
        status: 501,
        message: expect.stringContaining('EMBEDDINGS_BASE_URL'),
      });
      expect(server.asked).toEqual([]);
    } finally {
      await plain.stop();
    }
  });

  test('with a model of its own asks for that, and without a key sends none', async () => {
    const own = await start({ EMBEDDINGS_BASE_URL: server.url, EMBEDDINGS_MODEL: 'nomic' });
    try {
      const reply = await client(own.url).embeddings.create({ model: MODEL, input: 'a' });
      expect(reply.model).toBe(MODEL);
      expect(server.asked[0]?.body.model).toBe('nomic');
      expect(server.asked[0]?.headers.authorization).toBeUndefined();
    } finally {
      await own.stop();
    }
  });

  test('whose server is not there says so, without its address', async () => {
    const lost = await start({ EMBEDDINGS_BASE_URL: 'http://127.0.0.1:9' });
    try {
      const asked = client(lost.url).embeddings.create({ model: MODEL, input: 'a' });
      const error: unknown = await asked.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ status: 502 });
      expect(String(error)).toMatch(/The embeddings server cannot be reached \(ECONNREFUSED\)/);
      expect(String(error)).not.toContain('127.0.0.1');
    } finally {
      await lost.stop();
    }
  });
});
