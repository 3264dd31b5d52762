/** The laws of stores, for each of them; Redis is a real one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getStore } from '@netlify/blobs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type DenoAtomic, type DenoKv, denoKvStore } from '../../../src/hosts/deno-kv-store.ts';
import { fetchSend } from '../../../src/hosts/fetch-send.ts';
import { fileStore } from '../../../src/hosts/file-store.ts';
import { redisStore } from '../../../src/hosts/redis-store.ts';
import { netlifyBlobsStore } from '../../../src/hosts/netlify-blobs-store.ts';
import { cloudflareKvStore, type KvNamespace } from '../../../src/stores/cloudflare-kv.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { StoreRefusal } from '../../../src/stores/store.ts';
import { upstashStore } from '../../../src/stores/upstash.ts';
import { withRuntime } from '../../hosts/_runtime.ts';
import { listen } from '../../hosts/_server.ts';
import { type RunningBlobs, startBlobs } from './_blobs.ts';
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
});

describe('on Netlify', () => {
  let blobs: RunningBlobs;
  beforeAll(async () => {
    blobs = await startBlobs();
  });
  afterAll(() => blobs.stop());
  const open = () => netlifyBlobsStore(() => blobs.context, now);

  describeStore({ name: 'Netlify Blobs', open, countsLoosely: true });

  test('Netlify Blobs has no blob left of a value that was asked for when it was over', async () => {
    const { siteID, token, edgeURL } = blobs;
    const site = getStore({ name: 'poeway', siteID, token, edgeURL });
    const { blobs: before } = await site.list();
    let time = 0;
    const store = netlifyBlobsStore(
      () => blobs.context,
      () => time,
    );
    await store.set('over', 'of use', 10);
    const { blobs: after } = await site.list();
    const key = after.find((blob) => !before.some((old) => old.key === blob.key))?.key ?? '';
    expect(await site.get(key), 'as Netlify’s own client reads it').toBe('10 of use');
    time = 10;
    expect(await store.get('over')).toBeUndefined();
    expect((await site.list()).blobs).toHaveLength(before.length);
  });

  test('Netlify Blobs with a wrong token, or none, rejects without a word of it', async () => {
    const { siteID, edgeURL } = blobs;
    const wrong = btoa(JSON.stringify({ siteID, edgeURL, token: 'wrong-token' }));
    expect(
      await netlifyBlobsStore(() => wrong, now)
        .get('a')
        .catch(String),
    ).toBe('Error: HTTP 403');
    const none = netlifyBlobsStore(() => undefined, now);
    expect(await none.set('a', 'x', 10).catch(String)).toMatch(/^Error: Netlify gives/);
  });
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

    test('Redis is asked over a new connection when the old one is dead and nobody has said so', async () => {
      const sockets: Socket[] = [];
      let isDead = false;
      const between = createServer((client) => {
        const server = createConnection(redis.port, '127.0.0.1');
        sockets.push(client, server);
        if (isDead) return void client.pipe(server).pipe(client);
        client.on('data', (data) => isDead || server.write(data));
        server.on('data', (data) => isDead || client.write(data));
      });
      const port = await listen(between);
      try {
        const store = redisStore(`redis://127.0.0.1:${port}`, 500);
        // To connect may take longer than that on a busy machine.
        await vi.waitFor(() => store.set('before', 'x', 10_000), 5_000);
        isDead = true;
        expect(await store.get('before').catch(String)).toBe('Error: no answer in time');
        await vi.waitFor(async () => expect(await store.get('before')).toBe('x'), 5_000);
      } finally {
        for (const socket of sockets) socket.destroy();
        between.close();
      }
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

test.each([
  { failures: 1, outcome: '{"a":1}' },
  { failures: 2, outcome: 'Error: KV PUT failed: 429 Too Many Requests' },
])('Workers KV that is written to too often ($failures times) is asked twice', async (each) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let { failures } = each;
  const place = workersKv();
  const put: KvNamespace['put'] = async (...given) => {
    failures -= 1;
    if (failures >= 0) throw new Error('KV PUT failed: 429 Too Many Requests');
    await place.put(...given);
  };
  const counting = cloudflareKvStore({ ...place, put }, now).count('k', { a: 1 }, 10_000);
  const outcome = counting.then((sums) => JSON.stringify(sums), String);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await outcome).toBe(each.outcome);
});

test('Workers KV has what its owner wrote by hand, without an end', async () => {
  const place = workersKv();
  await place.put('model-map', '{"a": "b c"}', { expirationTtl: 60 });
  expect(await cloudflareKvStore(place, now).get('model-map')).toBe('{"a": "b c"}');
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

test('Deno KV loses no count of several instances at the same time', async () => {
  const place = denoKv();
  const stores = Array.from({ length: 5 }, () => denoKvStore(() => Promise.resolve(place), now));
  await Promise.all(
    stores.flatMap((store) => [1, 2, 3, 4].map((a) => store.count('k', { a }, 10_000))),
  );
  expect(await stores[0]?.count('k', {}, 10_000)).toEqual({ a: 50 });
});

test('Deno KV that is always in the way is no reason to try for ever', async () => {
  const place = denoKv();
  const get: DenoKv['get'] = async (key) => ({ ...(await place.get(key)), versionstamp: 'old' });
  const store = denoKvStore(() => Promise.resolve({ ...place, get }), now);
  await expect(store.count('k', { a: 1 }, 10_000)).rejects.toThrow('too many instances');
  expect(await store.count('k', {}, 10_000)).toEqual({});
});

test('Deno KV whose file another process has locked is tried again', async () => {
  const place = denoKv();
  let isLocked = true;
  const atomic = (): DenoAtomic => {
    const operation = place.atomic();
    const commit = (): Promise<{ ok: boolean }> => {
      if (!isLocked) return operation.commit();
      isLocked = false;
      return Promise.reject(new TypeError('database is locked'));
    };
    const whole: DenoAtomic = {
      check: (entry) => (operation.check(entry), whole),
      set: (...given) => (operation.set(...given), whole),
      commit,
    };
    return whole;
  };
  const store = denoKvStore(() => Promise.resolve({ ...place, atomic }), now);
  expect(await store.count('k', { a: 1 }, 10_000)).toEqual({ a: 1 });
});

test('Deno KV refuses more sums under a key than it can change at once', async () => {
  const store = denoKvStore(() => Promise.resolve(denoKv()), now);
  const many = (length: number) =>
    Object.fromEntries(Array.from({ length }, (_, at) => [`the name of a bot ${at}`, at]));
  expect(Object.keys(await store.count('k', many(1_500), 10_000))).toHaveLength(1_500);
  await expect(store.count('k', many(3_000), 10_000)).rejects.toThrow(StoreRefusal);
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
