/** STORE=cloudflare-kv with the binding of Cloudflare's own runtime: the store's laws, and the gateway on it. */
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { type Amounts, type Store, StoreRefusal } from '../../src/stores/store.ts';
import { describeStore } from '../unit/stores/_laws.ts';
import { askChat } from './_client.ts';
import { continuesAt, respond } from './_conversation.ts';
import type { RunningHost } from './_host.ts';
import type { Asked, Told } from './_kv-worker.ts';
import { startWorkerd } from './_workerd.ts';
import { startWorkersKv, type WorkersKvService } from './_workers-kv.ts';

const TOKEN = 'the-token-of-the-kv-tests';

let kv: WorkersKvService;
beforeAll(async () => {
  kv = await startWorkersKv();
});
afterAll(() => kv.close());

describe('in a worker', () => {
  let worker: RunningHost;
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: ['tests/hosts/_kv-worker.ts'],
      bundle: true,
      format: 'esm',
      write: false,
    });
    worker = await startWorkerd({}, kv.addition, outputFiles[0]?.text);
  });
  afterAll(async () => {
    await worker.stop();
  });

  async function ask(asked: Asked): Promise<unknown> {
    const response = await fetch(worker.url, { method: 'POST', body: JSON.stringify(asked) });
    const { result, refusal, error } = (await response.json()) as Told;
    if (refusal !== undefined) throw new StoreRefusal(refusal);
    if (error !== undefined) throw new Error(error);
    return result;
  }

  const store: Store = {
    get: (key) => ask({ method: 'get', key }) as Promise<string | undefined>,
    set: (key, value, ttl) => ask({ method: 'set', key, value, ttl }) as Promise<void>,
    delete: (key) => ask({ method: 'delete', key }) as Promise<void>,
    count: (key, amounts, ttl) => ask({ method: 'count', key, amounts, ttl }) as Promise<Amounts>,
    sharesCounts: false,
  };
  describeStore({ name: 'real Workers KV', open: () => store, countsLoosely: true });

  test('writes again after a second where somebody has just written', async () => {
    kv.refuse(429);
    expect(await store.count('busy', { a: 1 }, 60_000)).toEqual({ a: 1 });
    expect(await store.count('busy', {}, 60_000)).toEqual({ a: 1 });
  });

  test('a KV that fails is no refusal', async () => {
    kv.refuse(500);
    const error = await store.set('broken', 'x', 60_000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StoreRefusal);
  });
});

describe('under the gateway', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  const chat = (url: string, key: string): Promise<Response> =>
    askChat(url, key, { model: 'Echo' });

  test('finds in KV what another worker has kept', async () => {
    const env = { POE_BASE_URL: simulator.url, STORE: 'cloudflare-kv' };
    const first = await startWorkerd(env, kv.addition);
    const { id } = await respond(first.url, 'Hello');
    await expect.poll(() => kv.keys().some((key) => key.endsWith(id))).toBe(true);
    await first.stop();
    const second = await startWorkerd(env, kv.addition);
    await continuesAt(simulator, second.url, id);
    expect((await respond(second.url, 'x', id, 'key-of-another')).text).toContain('not_found');
    await second.stop();
  });

  test('holds a pool behind tokens together: its keys, and what is used', async () => {
    const env = {
      POE_BASE_URL: simulator.url,
      STORE: 'cloudflare-kv',
      POE_API_KEYS: 'bad-kv,poor-kv,good-kv',
      ACCESS_TOKENS: TOKEN,
    };
    const first = await startWorkerd(env, kv.addition);
    const replies = await Promise.all(Array.from({ length: 9 }, () => chat(first.url, TOKEN)));
    expect(replies.map(({ status }) => status)).toEqual(Array(9).fill(200));
    await expect
      .poll(() => kv.keys().map((key) => key.split(':', 1)[0]), { timeout: 8_000 })
      .toEqual(expect.arrayContaining(['usage', 'key-health']));
    await first.stop();

    const second = await startWorkerd(env, kv.addition);
    const usage = await fetch(`${second.url}/v1/usage`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(await usage.json()).toMatchObject({ today: { requests: 9 } });
    expect((await chat(second.url, 'no-token')).status).toBe(401);
    await second.stop();
  });
});
