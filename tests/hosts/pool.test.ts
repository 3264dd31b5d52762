/**
 * A pool of keys behind several gateways, in processes of their own, with a real Redis: what one learns
 * of a key the others know, one limit holds for all, and one that is killed takes nothing along.
 */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../sim/server.ts';
import { findRedis, type RedisServer, startRedis } from '../unit/stores/_redis.ts';
import { startUpstash } from '../unit/stores/_upstash.ts';
import { type NodeProcess, startNode } from './_node.ts';
import { withRuntime } from './_runtime.ts';
import { workerd } from './_workerd.ts';

const TOKEN = 'token-of-the-laptop';

withRuntime('redis-server', findRedis(), (program) => {
  let poe: Simulator;
  let redis: RedisServer;
  beforeAll(async () => {
    poe = await startSimulator();
    redis = await startRedis(program);
  });
  afterAll(async () => {
    await redis.stop();
    await poe.close();
  });

  const settings = (env: Record<string, string>) => ({
    POE_BASE_URL: poe.url,
    ACCESS_TOKENS: TOKEN,
    RETRIES: '0',
    ...env,
  });

  async function start(env: Record<string, string>): Promise<NodeProcess> {
    const node = await startNode(settings({ STORE: redis.url, ...env }));
    onTestFinished(async () => void (await node.stop()));
    return node;
  }

  async function ask(url: string): Promise<number> {
    const { status, body } = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({
        model: 'Echo',
        messages: [{ role: 'user', content: `hello ${Math.random()}` }],
      }),
    });
    await body?.cancel();
    return status;
  }

  const asks = (url: string, times: number): Promise<readonly number[]> =>
    Promise.all(Array.from({ length: times }, () => ask(url)));

  /** How often Poe was asked for an answer with each key since the last time, by the key's first word. */
  function calls(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { path, headers } of poe.requests) {
      if (!path.endsWith('/completions')) continue;
      const [kind = ''] = headers['authorization']?.slice(7).split('-') ?? [];
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    poe.clear();
    return counts;
  }

  /** What is learned is written beside the answer. */
  const written = () => new Promise((resolve) => setTimeout(resolve, 300));

  test('what one process learns of a key, another one does not ask, though the first is killed', async () => {
    const env = { POE_API_KEYS: 'bad-1,poor-1,limited-1,good-1' };
    const [one, other] = [await start(env), await start(env)];
    for (let time = 0; time < 5; time++) expect(await ask(one.url)).toBe(200);
    expect(calls()).toEqual({ bad: 1, poor: 1, limited: 1, good: 5 });
    // The first was written at once, the others a second later.
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    const dying = asks(one.url, 20).catch(() => 'gone');
    one.process.kill('SIGKILL');
    await dying;
    calls();
    expect(await asks(other.url, 1)).toEqual([200]);
    expect(await asks(other.url, 20)).toEqual(Array(20).fill(200));
    expect(calls()).toEqual({ good: 21 });
    const late = await start(env);
    expect([await ask(late.url), await ask(late.url), await ask(late.url)]).toEqual([
      200, 200, 200,
    ]);
    const asked = calls();
    expect(asked, 'a new one asks itself whether Poe accepts a key').toMatchObject({ bad: 1 });
    expect(asked).not.toHaveProperty('poor');
    const { stdout } = await other.stop();
    expect(stdout).not.toContain('of the pool');
  }, 20_000);

  test('two processes hold one RATE_LIMIT, though one is killed and comes back', async () => {
    const env = { POE_API_KEYS: 'good-2,good-3', RATE_LIMIT: '10' };
    const [one, other] = [await start(env), await start(env)];
    const statuses = await Promise.all([asks(one.url, 7), asks(other.url, 7)]);
    expect(statuses.flat()).toEqual(Array(14).fill(200));
    one.process.kill('SIGKILL');
    const again = await start(env);
    const more = (await Promise.all([asks(again.url, 10), asks(other.url, 10)])).flat();
    expect(more.filter((status) => status === 200)).toHaveLength(6);
    expect(more.filter((status) => status === 429)).toHaveLength(14);
    expect(calls()).toEqual({ good: 20 });
  }, 20_000);

  test('a worker and Node know the same, however many ask at once', async () => {
    const upstash = await startUpstash(redis.url);
    onTestFinished(() => upstash.close());
    const env = {
      POE_API_KEYS: 'bad-4,poor-4,good-4,good-5',
      KEY_STRATEGY: 'most-points',
      RATE_LIMIT: '100',
      STORE: 'upstash',
      UPSTASH_REDIS_REST_URL: upstash.url,
      UPSTASH_REDIS_REST_TOKEN: upstash.token,
    };
    const node = await start(env);
    const worker = await workerd.start(settings(env));
    expect(await asks(worker.url, 30)).toEqual(Array(30).fill(200));
    await written();
    calls();
    expect(await asks(node.url, 1)).toEqual([200]);
    expect(await asks(node.url, 9)).toEqual(Array(9).fill(200));
    expect(calls()).toEqual({ good: 10 });
    expect(await asks(worker.url, 30)).toEqual(Array(30).fill(200));
    expect(calls()).toEqual({ good: 30 });
    const { stdout, stderr } = await worker.stop();
    expect(`${stdout}${stderr}`).not.toMatch(/different request|hung|(bad|poor|good)-[45]/);
  }, 20_000);
});
