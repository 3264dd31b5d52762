/** The laws of stores, for each of them; Redis is a real one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { denoKvStore } from '../../../src/hosts/deno-kv-store.ts';
import { fetchSend } from '../../../src/hosts/fetch-send.ts';
import { fileStore } from '../../../src/hosts/file-store.ts';
import { redisStore } from '../../../src/hosts/redis-store.ts';
import { cloudflareKvStore } from '../../../src/stores/cloudflare-kv.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { StoreRefusal } from '../../../src/stores/store.ts';
import { upstashStore } from '../../../src/stores/upstash.ts';
import { withRuntime } from '../../hosts/_runtime.ts';
import { denoKv, workersKv } from './_key-values.ts';
import { describeStore } from './_laws.ts';
import { findRedis, type RedisServer, startRedis } from './_redis.ts';
import { startUpstash, type UpstashServer } from './_upstash.ts';

const { now } = Date;

describeStore({ name: 'memory', open: () => memoryStore(now), isAlone: true });

describe('in a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'poeway-store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  describeStore({ name: 'file', open: () => fileStore(folder, now) });
});

const kv = workersKv();
describeStore({
  name: 'Workers KV',
  open: () => cloudflareKvStore(kv, now),
  countsLoosely: true,
});
const deno = denoKv();
describeStore({
  name: 'Deno KV',
  open: () => denoKvStore(() => Promise.resolve(deno), now),
  countsLoosely: true,
});

withRuntime('redis-server', findRedis(), (program) => {
  describe('with a Redis', () => {
    let redis: RedisServer;
    let upstash: UpstashServer;
    beforeAll(async () => {
      redis = await startRedis(program);
      upstash = await startUpstash(`${redis.url}/1`);
    });
    afterAll(async () => {
      await upstash.close();
      await redis.stop();
    });

    describeStore({ name: 'Redis', open: () => redisStore(redis.url) });
    describeStore({
      name: 'Upstash',
      open: () => upstashStore(upstash.url, upstash.token, fetchSend),
    });

    test('Redis by TCP and by REST are one store', async () => {
      await redisStore(`${redis.url}/1`).set('both', 'x', 10_000);
      expect(await upstashStore(upstash.url, upstash.token, fetchSend).get('both')).toBe('x');
    });

    test('Upstash refuses what is too large, which is not the same as being down', async () => {
      const store = upstashStore(upstash.url, upstash.token, fetchSend);
      const setting = store.set('large', 'x'.repeat(5_000_000), 10_000);
      await expect(setting).rejects.toThrow(StoreRefusal);
    });

    test('Upstash with a wrong token rejects, without a word of the token', async () => {
      const store = upstashStore(upstash.url, 'wrong-token', fetchSend);
      const error = await store.get('a').catch(String);
      expect(error).toBe('Error: HTTP 401');
    });
  });
});

test.each([
  { name: 'Workers KV', store: cloudflareKvStore(workersKv(), now) },
  { name: 'Deno KV', store: denoKvStore(() => Promise.resolve(denoKv()), now) },
])('$name refuses a key that is too long', async ({ store }) => {
  await expect(store.set('k'.repeat(600), 'x', 10_000)).rejects.toThrow(StoreRefusal);
});

test('Workers KV refuses a value that is too large', async () => {
  const setting = cloudflareKvStore(workersKv(), now).set('k', 'x'.repeat(26_214_400), 10_000);
  await expect(setting).rejects.toThrow(StoreRefusal);
});

test('Deno KV leaves no part behind of what is replaced or deleted', async () => {
  const { entries, ...place } = denoKv();
  const store = denoKvStore(() => Promise.resolve(place), now);
  await store.set('k', 'x'.repeat(200_000), 10_000);
  expect(entries.size).toBe(5);
  await store.set('k', 'y', 10_000);
  expect(entries.size).toBe(2);
  await store.delete('k');
  expect(entries.size).toBe(0);
});

test('Deno KV that could not be opened is opened again', async () => {
  let attempts = 0;
  const place = denoKv();
  const store = denoKvStore(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('not yet');
    return place;
  }, now);
  await expect(store.get('k')).rejects.toThrow('not yet');
  expect(await store.get('k')).toBeUndefined();
});
