/**
 * Who makes the embeddings: Poe where its list says so, else the server that is set, else Workers AI;
 * for callers whose key is Poe's, and for nobody else.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import type { UpstreamCall } from '../../../src/core/upstream.ts';
import type { Platform, WorkersAi } from '../../../src/platform.ts';
import { jsonReply, type RecordedReply, replayPlatform } from '../../golden/replay.ts';

const SERVER = { EMBEDDINGS_BASE_URL: 'http://e.example', EMBEDDINGS_API_KEY: 'server-key' };

interface SetUp {
  readonly settings?: Readonly<Record<string, string>>;
  readonly ai?: WorkersAi['run'] | undefined;
  /** Entries of Poe's list; undefined: Poe does not give it. */
  readonly list?: readonly object[] | undefined;
  readonly balance?: RecordedReply;
  readonly made?: (
    call: UpstreamCall,
    signal: AbortSignal,
  ) => RecordedReply | Promise<RecordedReply>;
}

const inputsOf = ({ body }: UpstreamCall): readonly string[] =>
  (JSON.parse(String(body)) as { input: readonly string[] }).input;

const made = (call: UpstreamCall): RecordedReply =>
  jsonReply({
    data: inputsOf(call).map((text, index) => ({ index, embedding: [text.length, 1] })),
  });

function setUp({ settings = {}, ai, balance, ...given }: SetUp = {}) {
  const list = 'list' in given ? given.list : [];
  const replay = replayPlatform((call, signal) => {
    if (call.url.endsWith('/v1/models'))
      return list ? jsonReply({ data: list }) : jsonReply({}, 503);
    if (call.url.endsWith('/usage/current_balance'))
      return balance ?? jsonReply({ current_point_balance: 1 });
    return (given.made ?? made)(call, signal);
  });
  const platform: Platform = ai ? { ...replay, ai: { run: ai } } : replay;
  const app = createApp(readConfig(settings), platform);
  return {
    calls: replay.calls,
    lines: replay.lines,
    /** Where each call went. */
    paths: () => replay.calls.map(({ url }) => url.replace(/^https?:\/\//, '')),
    async ask(body: object, init: RequestInit = {}) {
      const request = new Request('http://localhost/v1/embeddings', {
        method: 'POST',
        headers: { authorization: 'Bearer caller-key' },
        body: JSON.stringify(body),
        ...init,
      });
      const response = await app.fetch(request);
      const reply = (await response.json()) as {
        data?: readonly { embedding: unknown }[];
        model?: string;
        usage?: object;
        error?: { message: string; param: string | null };
      };
      return {
        status: response.status,
        header: (name: string) => response.headers.get(name),
        reply,
        vectors: reply.data?.map(({ embedding }) => embedding),
      };
    },
  };
}

const asRows = async (_: string, input: unknown) => ({
  data: (input as { text: readonly string[] }).text.map((text) => [text.length, 2]),
});

describe('the server that is set', () => {
  it('is asked once Poe has accepted the key, and never told it', async () => {
    const { ask, paths, calls } = setUp({ settings: SERVER });
    const { status, vectors, header, reply } = await ask({ model: 'm', input: ['a', 'bb'] });
    expect(status).toBe(200);
    expect(vectors).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(header('x-poeway-upstream')).toBe('embeddings');
    expect(header('x-poeway-model')).toBe('m');
    expect(reply.usage).toEqual({ prompt_tokens: 2, total_tokens: 2, estimated: true });
    expect(paths()).toEqual([
      'api.poe.com/v1/models',
      'api.poe.com/usage/current_balance',
      'e.example/v1/embeddings',
    ]);
    const [, , call] = calls;
    expect(call?.headers['authorization']).toBe('Bearer server-key');
    expect(JSON.stringify(call)).not.toContain('caller-key');
  });

  it('is asked again without asking Poe about the key', async () => {
    const { ask, paths } = setUp({ settings: SERVER });
    await ask({ input: 'a' });
    await ask({ input: 'a' });
    expect(paths().slice(3)).toEqual(['e.example/v1/embeddings']);
  });

  it.each([
    ['what the client names', {}, { model: 'BAAI/bge-m3' }, 'BAAI/bge-m3', 'BAAI/bge-m3'],
    ['the default', {}, {}, 'text-embedding-3-small', 'text-embedding-3-small'],
    ['another default', { DEFAULT_EMBEDDINGS_MODEL: 'nomic' }, {}, 'nomic', 'nomic'],
    ['what is set', { EMBEDDINGS_MODEL: 'nomic' }, { model: 'gte' }, 'nomic', 'gte'],
    ['what is set, named or not', { EMBEDDINGS_MODEL: 'nomic' }, {}, 'nomic', 'nomic'],
  ])('is asked for %s', async (_, settings, body, asked, told) => {
    const { ask, calls } = setUp({ settings: { ...SERVER, ...settings } });
    const { reply, header } = await ask({ input: 'a', ...body });
    expect(JSON.parse(String(calls.at(-1)?.body))).toMatchObject({ model: asked });
    expect(header('x-poeway-model')).toBe(asked);
    expect(reply.model).toBe(told);
  });

  it('is told fields that are not of OpenAI’s: it may know them', async () => {
    const { ask, calls } = setUp({ settings: SERVER });
    const { header } = await ask({ input: 'a', input_type: 'query', user: 'u' });
    expect(JSON.parse(String(calls.at(-1)?.body))).toMatchObject({
      input_type: 'query',
      user: 'u',
    });
    expect(header('x-poeway-ignored')).toBeNull();
  });

  it('may give vectors of one length only', async () => {
    const lengths = (call: UpstreamCall) =>
      jsonReply({ data: inputsOf(call).map((text) => ({ embedding: Array.from(text, Number) })) });
    const { ask } = setUp({ settings: SERVER, made: lengths });
    const { status, reply } = await ask({ input: ['12', '123'] });
    expect(status).toBe(502);
    expect(reply.error?.message).toContain('have 3 numbers, not 2');
    const asked = await ask({ input: ['12', '34'], dimensions: 3 });
    expect(asked).toMatchObject({ status: 502, reply: { error: { param: 'dimensions' } } });
    expect(asked.header('x-should-retry')).toBe('false');
    expect((await ask({ input: ['12', '34'], dimensions: 2 })).status).toBe(200);
  });

  it('is asked though Poe does not give its list', async () => {
    const { ask } = setUp({ settings: SERVER, list: undefined });
    expect((await ask({ input: 'a' })).status).toBe(200);
  });

  it('is asked no more once one call has failed', async () => {
    const { ask, paths } = setUp({
      settings: { ...SERVER, EMBEDDINGS_BATCH_SIZE: '1' },
      made: () => jsonReply({ error: { message: 'slow down' } }, 429),
    });
    expect((await ask({ input: Array(50).fill('a') })).status).toBe(429);
    expect(paths().filter((path) => path.startsWith('e.example'))).toHaveLength(4);
  });
});

describe('a caller', () => {
  it.each([
    ['whose key Poe refuses', jsonReply({ error: { message: 'no' } }, 401), 401],
    ['who asks Poe too often', jsonReply({}, 429), 429],
    ['whom Poe cannot judge', jsonReply({}, 500), 502],
    ['whom something else than Poe judges', jsonReply('hello'), 502],
  ])('%s is refused', async (_, balance, wanted) => {
    for (const server of [{ settings: SERVER }, { ai: asRows }]) {
      const { ask, paths } = setUp({ ...server, balance });
      expect((await ask({ input: 'a' })).status).toBe(wanted);
      expect(paths().at(-1)).toBe('api.poe.com/usage/current_balance');
    }
  });

  it('without a key is refused before anything is asked', async () => {
    const { ask, calls } = setUp({ settings: SERVER });
    expect((await ask({ input: 'a' }, { headers: {} })).status).toBe(401);
    expect(calls).toEqual([]);
  });

  it('with a wrong body too', async () => {
    const { ask, calls } = setUp({ settings: SERVER });
    const { status, reply } = await ask({ input: [] });
    expect(status).toBe(400);
    expect(reply.error?.param).toBe('input');
    expect(calls).toEqual([]);
  });

  it('is told what to set where no server is', async () => {
    const { ask, paths } = setUp();
    const { status, reply, header } = await ask({ input: 'a' });
    expect(status).toBe(501);
    expect(reply.error?.message).toMatch(/set EMBEDDINGS_BASE_URL .* bind Workers AI as AI/);
    expect(header('x-should-retry')).toBe('false');
    expect(paths()).toEqual(['api.poe.com/v1/models']);
  });
});

describe('Workers AI', () => {
  it('is asked where no server is set, a hundred texts at a time', async () => {
    const run = vi.fn<WorkersAi['run']>(asRows);
    const { ask } = setUp({ ai: run, settings: { EMBEDDINGS_BATCH_SIZE: '500' } });
    const { vectors, header, reply } = await ask({
      model: 'text-embedding-3-small',
      input: Array(250).fill('abc'),
      user: 'u',
      task: 'x',
    });
    expect(vectors).toEqual(Array.from({ length: 250 }, () => [3, 2]));
    expect(run.mock.calls.map(([model]) => model)).toEqual(Array(3).fill('@cf/baai/bge-m3'));
    expect(header('x-poeway-upstream')).toBe('workers-ai');
    expect(header('x-poeway-model')).toBe('@cf/baai/bge-m3');
    expect(header('x-poeway-ignored')).toBe('user, task');
    expect(reply).toMatchObject({
      model: 'text-embedding-3-small',
      usage: { estimated: true, prompt_tokens: 250 },
    });
  });

  it.each([
    [{}, '@cf/google/embeddinggemma-300m', '@cf/google/embeddinggemma-300m'],
    [{ EMBEDDINGS_MODEL: '@cf/baai/bge-base-en-v1.5' }, '@cf/x/y', '@cf/baai/bge-base-en-v1.5'],
  ])('with %j is asked for %s as %s', async (settings, model, asked) => {
    const run = vi.fn<WorkersAi['run']>(asRows);
    await setUp({ ai: run, settings }).ask({ model, input: 'a' });
    expect(run).toHaveBeenCalledWith(asked, { text: ['a'] });
  });

  it('is not asked where a server is set', async () => {
    const run = vi.fn<WorkersAi['run']>(asRows);
    const { ask } = setUp({ ai: run, settings: SERVER });
    expect((await ask({ input: 'a' })).header('x-poeway-upstream')).toBe('embeddings');
    expect(run).not.toHaveBeenCalled();
  });

  it('takes no tokens: that is said before Poe is asked about the key', async () => {
    const { ask, paths } = setUp({ ai: asRows });
    const { status, reply } = await ask({ input: [1, 2] });
    expect(status).toBe(400);
    expect(reply.error?.param).toBe('input');
    expect(paths()).toEqual(['api.poe.com/v1/models']);
  });

  it('that fails says why', async () => {
    const ai = () => Promise.reject(new Error('AiError: 5007: No such model @cf/x'));
    const { status, reply } = await setUp({ ai }).ask({ model: '@cf/x', input: 'a' });
    expect(status).toBe(404);
    expect(reply.error?.message).toContain('No such model @cf/x');
  });
});

describe('Poe', () => {
  const LISTED = { id: 'text-embedding-9', supported_endpoints: ['/v1/embeddings'] };

  it('is asked itself for what it lists, with the caller’s key, whatever else is set', async () => {
    const { ask, paths, calls } = setUp({ settings: SERVER, ai: asRows, list: [LISTED] });
    const { status, header, reply } = await ask({
      model: 'OpenAI/Text-Embedding-9',
      input: 'a',
      dimensions: 2,
      user: 'u',
      task: 'x',
    });
    expect(status).toBe(200);
    expect(paths()).toEqual(['api.poe.com/v1/models', 'api.poe.com/v1/embeddings']);
    expect(calls[1]?.headers['authorization']).toBe('Bearer caller-key');
    expect(JSON.parse(String(calls[1]?.body))).toEqual({
      model: 'text-embedding-9',
      input: ['a'],
      dimensions: 2,
    });
    expect(header('x-poeway-upstream')).toBe('poe-embeddings');
    expect(header('x-poeway-ignored')).toBe('user, task');
    expect(reply.model).toBe('OpenAI/Text-Embedding-9');
  });

  it('tells its limits, as of any other call', async () => {
    const { ask } = setUp({
      list: [LISTED],
      made: (call) => ({ ...made(call), headers: { 'x-ratelimit-remaining-requests': '42' } }),
    });
    const { header } = await ask({ model: 'text-embedding-9', input: 'a' });
    expect(header('x-ratelimit-remaining-requests')).toBe('42');
  });

  it('is not asked for a bot that does something else', async () => {
    const chat = { id: 'm', supported_endpoints: ['/v1/chat/completions'] };
    const { ask } = setUp({ settings: SERVER, list: [chat, LISTED] });
    expect((await ask({ model: 'm', input: 'a' })).header('x-poeway-upstream')).toBe('embeddings');
  });

  it('is told of in its own words where it refuses', async () => {
    const refusal = jsonReply(
      { error: { message: 'No points.', type: 'insufficient_credits' } },
      402,
    );
    const { ask } = setUp({ list: [LISTED], made: () => refusal });
    const { status, reply } = await ask({ model: 'text-embedding-9', input: 'a' });
    expect(status).toBe(402);
    expect(reply.error?.message).toBe('No points.');
  });
});

describe('waiting', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Asks one that never answers, and waits until it has been asked. */
  async function hanging(given: SetUp) {
    let signal: AbortSignal | undefined;
    const leaving = new AbortController();
    let answer: ReturnType<ReturnType<typeof setUp>['ask']> | undefined;
    const asked = new Promise<void>((resolve) => {
      const ai = given.ai && (() => new Promise<never>(() => resolve()));
      const never = (_: UpstreamCall, aborts: AbortSignal) =>
        new Promise<never>((_resolve, reject) => {
          signal = aborts;
          aborts.addEventListener('abort', () => reject(new Error('aborted')));
          resolve();
        });
      answer = setUp({ ...given, ai, made: never }).ask({ input: 'a' }, { signal: leaving.signal });
    });
    await asked;
    return { leaving, answer, signal: () => signal };
  }

  const SERVERS = [
    ['Workers AI', { ai: asRows, settings: { TIMEOUT: '30' } }],
    ['The embeddings server', { settings: { ...SERVER, TIMEOUT: '30' } }],
  ] as const;

  it.each(SERVERS)('for %s has an end', async (name, given) => {
    const { answer } = await hanging(given);
    await vi.advanceTimersByTimeAsync(30_000);
    const { status, reply } = (await answer) ?? {};
    expect(status).toBe(504);
    expect(reply?.error?.message).toBe(`${name} did not finish its answer within 30 seconds.`);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(SERVERS)('for %s ends when the client leaves', async (_, given) => {
    const { answer, leaving, signal } = await hanging(given);
    leaving.abort();
    expect((await answer)?.status).toBe(499);
    expect(signal()?.aborted ?? true).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is over for all calls once one has failed', async () => {
    const signals: AbortSignal[] = [];
    const { ask } = setUp({
      settings: { ...SERVER, EMBEDDINGS_BATCH_SIZE: '1' },
      made: (call, signal) => {
        signals.push(signal);
        return inputsOf(call)[0] === 'b'
          ? jsonReply({}, 500)
          : new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error())));
      },
    });
    expect((await ask({ input: ['a', 'b', 'c'] })).status).toBe(502);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer where all goes well', async () => {
    expect((await setUp({ settings: SERVER }).ask({ input: 'a' })).status).toBe(200);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('the log line has the server and the model, and no text of the caller’s', async () => {
  const { ask, lines } = setUp({ settings: SERVER });
  await ask({ model: 'm', input: 'a secret text' });
  const line = lines.find(({ message }) => message === 'request');
  expect(line?.fields).toMatchObject({ model: 'm', upstream: 'embeddings', status: 200 });
  expect(JSON.stringify(lines)).not.toMatch(/secret text|caller-key|server-key/);
});
