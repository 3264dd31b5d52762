/**
 * `GET /v1/usage` and budgets as a team meets them: on Node and workerd, and on two gateways that share
 * one Redis.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../sim/server.ts';
import type { Host, RunningHost } from '../hosts/_host.ts';
import { nodeHost, startNode } from '../hosts/_node.ts';
import { withRuntime } from '../hosts/_runtime.ts';
import { workerd } from '../hosts/_workerd.ts';
import { findRedis, startRedis } from '../unit/stores/_redis.ts';

const KIDS = 'token-of-the-kids';
const PHONE = 'token-of-the-phone';
/** The simulator lists Kimi-K2.5 for 0.0060 dollars a call: 200 points. */
const PRICE = 200;
const SETTINGS = {
  POE_API_KEYS: 'good-one',
  ACCESS_TOKENS: JSON.stringify([
    { name: 'kids', token: KIDS, points_per_day: 3 * PRICE },
    { name: 'phone', token: PHONE },
  ]),
};

let poe: Simulator;
beforeAll(async () => {
  poe = await startSimulator();
});
afterAll(() => poe.close());

/** Reads the answer to its end. @returns Its status. */
async function ask(url: string, token: string, stream = false): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'Kimi-K2.5',
      stream,
      messages: [{ role: 'user', content: 'hello' }],
    }),
  });
  await response.text();
  return response.status;
}

async function used(
  url: string,
  token: string,
): Promise<{ requests: number; points: number; balance: number | null }> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/v1/usage`, { headers });
  const { today, balance } = (await response.json()) as {
    today: { requests: number; points: number };
    balance: number | null;
  };
  return { requests: today.requests, points: today.points, balance };
}

describe.each<Host>([nodeHost(), workerd])('on $name', (host) => {
  let gateway: RunningHost;
  beforeAll(async () => {
    gateway = await host.start({ POE_BASE_URL: poe.url, STORE: 'memory', ...SETTINGS });
    // Poe's list has the price: the gateway must have it first.
    await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${PHONE}` } });
  });
  afterAll(() => gateway.stop());

  test('a budget ends, and is told to its owner alone', async () => {
    expect(await ask(gateway.url, KIDS)).toBe(200);
    expect(await ask(gateway.url, KIDS, true)).toBe(200);
    const spent = { requests: 2, points: 2 * PRICE, balance: PRICE };
    await expect.poll(() => used(gateway.url, KIDS)).toEqual(spent);
    // What waited to be written has been written by now.
    await sleep(2500);
    expect(await used(gateway.url, KIDS)).toEqual(spent);
    expect(await ask(gateway.url, KIDS)).toBe(200);
    await expect.poll(() => ask(gateway.url, KIDS)).toBe(402);
    expect(await used(gateway.url, PHONE)).toEqual({ requests: 0, points: 0, balance: null });
    expect(await ask(gateway.url, PHONE)).toBe(200);
  });
});

withRuntime('redis-server', findRedis(), (program) => {
  test('two gateways on one Redis hold one budget, though one of them dies', async () => {
    const redis = await startRedis(program);
    const env = { POE_BASE_URL: poe.url, STORE: redis.url, ...SETTINGS };
    const [one, other] = await Promise.all([startNode(env), startNode(env)]);
    try {
      for (const { url } of [one, other]) expect(await ask(url, PHONE)).toBe(200);
      expect(await ask(one.url, KIDS)).toBe(200);
      expect(await ask(one.url, KIDS)).toBe(200);
      expect(await ask(other.url, KIDS)).toBe(200);
      await expect.poll(() => used(other.url, KIDS)).toMatchObject({ requests: 3, balance: 0 });
      one.process.kill('SIGKILL');
      expect(await used(other.url, KIDS)).toMatchObject({ requests: 3, balance: 0 });
      await expect.poll(() => ask(other.url, KIDS), { timeout: 6000 }).toBe(402);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
      await redis.stop();
    }
  });
});
