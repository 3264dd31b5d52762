/**
 * Limits under real hosts: two gateways on one Redis hold one limit, though one of them is killed and
 * then Redis too; and Cloudflare's rate limiters are asked where they are bound.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { findRedis, startRedis } from '../unit/stores/_redis.ts';
import { limiters } from './_limiter.ts';
import { type NodeProcess, startNode } from './_node.ts';
import { withRuntime } from './_runtime.ts';
import { startWorkerd } from './_workerd.ts';

const LAPTOP = 'token-of-the-laptop';
const PHONE = 'token-of-the-phone';

let poe: Simulator;
beforeAll(async () => {
  poe = await startSimulator();
});
afterAll(async () => {
  await poe.close();
});

const pool = (): Record<string, string> => ({
  POE_BASE_URL: poe.url,
  POE_API_KEYS: 'good-one,good-two',
  ACCESS_TOKENS: JSON.stringify([
    { name: 'laptop', token: LAPTOP, rpm: 20 },
    { name: 'phone', token: PHONE },
  ]),
});

/** The cheapest request that is counted; 0 where the gateway is gone. */
async function ask(url: string, credential: string, address?: string): Promise<number> {
  const response = await fetch(`${url}/v1/models/Echo`, {
    headers: {
      authorization: `Bearer ${credential}`,
      ...(address === undefined ? {} : { 'cf-connecting-ip': address, 'x-real-ip': address }),
    },
  }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status ?? 0;
}

/** How many of so many at once get this status. */
async function count(
  status: number,
  times: number,
  request: (number: number) => Promise<number>,
): Promise<number> {
  const statuses = await Promise.all(Array.from({ length: times }, (_, number) => request(number)));
  return statuses.filter((one) => one === status).length;
}

withRuntime('redis-server', findRedis(), (program) => {
  describe('two gateways on one Redis', () => {
    /** Ended with the test. */
    async function two(STORE: string, env: Record<string, string> = {}) {
      const start = async (): Promise<NodeProcess> => {
        const settings = { ...pool(), STORE, CLIENT_ADDRESS_HEADER: 'x-real-ip', ...env };
        const gateway = await startNode(settings);
        onTestFinished(async () => void (await gateway.stop()));
        return gateway;
      };
      return [await start(), await start()] as const;
    }

    test('hold one limit, when one is killed, and when Redis is', async () => {
      const redis = await startRedis(program);
      const [one, other] = await two(redis.url);
      const either = (number: number): string => (number % 2 === 0 ? one : other).url;
      expect(await count(200, 12, (number) => ask(either(number), LAPTOP))).toBe(12);

      // While it asks on behalf of many; what it has counted stays counted.
      const dying = count(200, 40, () => ask(one.url, PHONE));
      const more = await count(200, 4, (number) => ask(either(number), LAPTOP));
      expect(more).toBe(4);
      one.process.kill('SIGKILL');
      await dying;
      expect(await ask(one.url, LAPTOP)).toBe(0);
      expect(await count(200, 30, () => ask(other.url, LAPTOP))).toBe(4);
      expect(await count(429, 5, () => ask(other.url, LAPTOP))).toBe(5);
      expect(await ask(other.url, PHONE), 'which has no limit').toBe(200);

      await redis.stop();
      // Each instance counts for itself then, from nothing.
      await expect.poll(() => ask(other.url, LAPTOP), { timeout: 5_000 }).toBe(200);
      expect(await count(200, 60, () => ask(other.url, LAPTOP))).toBeLessThan(20);
      expect(await ask(other.url, LAPTOP)).toBe(429);
    }, 30_000);

    test('hold one limit of an address, and count wrong tokens together', async () => {
      const redis = await startRedis(program);
      onTestFinished(() => redis.stop());
      const [one, other] = await two(redis.url, { ADDRESS_RATE_LIMIT: '50' });
      const either = (number: number): string => (number % 2 === 0 ? one : other).url;
      expect(await ask(one.url, PHONE, '203.0.113.1')).toBe(200);
      expect(
        await count(401, 40, (number) => ask(either(number), `wrong-${number}`, '203.0.113.1')),
      ).toBe(10);
      expect(await ask(other.url, PHONE, '203.0.113.1'), 'has come in by the one').toBe(200);
      expect(await ask(other.url, LAPTOP, '203.0.113.1')).toBe(429);
      expect(await ask(other.url, LAPTOP, '203.0.113.2')).toBe(200);
      expect(await count(200, 30, (number) => ask(either(number), PHONE, '203.0.113.1'))).toBe(7);
    }, 30_000);
  });
});

describe('a worker with Cloudflare’s rate limiters', () => {
  test('asks them for each token and each address', async () => {
    const bound = limiters({ POEWAY_TOKEN_LIMITER: 3, POEWAY_ADDRESS_LIMITER: 5 });
    const { url, stop } = await startWorkerd(pool(), bound);
    onTestFinished(async () => void (await stop()));
    expect(await count(200, 5, () => ask(url, LAPTOP, '2001:db8::1'))).toBe(3);
    expect(await ask(url, PHONE, '2001:db8::2'), 'of the same network').toBe(429);
    expect(await ask(url, PHONE, '2001:db8:0:1::2')).toBe(200);
  });

  test('without them has the limits of its settings', async () => {
    const { url, stop } = await startWorkerd(pool());
    onTestFinished(async () => void (await stop()));
    expect(await count(200, 25, () => ask(url, LAPTOP))).toBe(20);
    const refused = await fetch(`${url}/v1/models`, { headers: { 'x-api-key': LAPTOP } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-ratelimit-limit-requests')).toBe('20');
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  });
});

test('a worker asks Poe once, however many want to know whether Poe is there', async () => {
  const { url, stop } = await startWorkerd(pool());
  onTestFinished(async () => void (await stop()));
  poe.clear();
  const check = async (): Promise<number> => {
    const response = await fetch(`${url}/health?deep=1`);
    await response.text();
    return response.status;
  };
  expect(await count(200, 100, check)).toBe(100);
  expect(await count(200, 100, check)).toBe(100);
  expect(poe.requests).toHaveLength(1);
});
