/**
 * A gateway for many: access tokens, a pool of Poe keys behind them, on Node and workerd. What a key
 * lacks is never the client's to see while another key can pay.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../sim/server.ts';
import type { Host, RunningHost } from '../hosts/_host.ts';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';

const LAPTOP = 'token-of-the-laptop';
const PHONE = 'token-of-the-phone';
const TOKENS = JSON.stringify([
  { name: 'laptop', token: LAPTOP },
  { name: 'phone', token: PHONE, models: ['ech*'], rpm: 3 },
]);

interface Reply {
  readonly error?: { readonly code?: string };
}

describe.each<Host>([nodeHost(), workerd])('a shared gateway on $name', (host) => {
  let poe: Simulator;
  let gateway: RunningHost;
  beforeAll(async () => {
    poe = await startSimulator();
    gateway = await start({ POE_API_KEYS: 'bad-one,good-one,poor-one,good-two' });
  });
  afterAll(async () => {
    await gateway.stop();
    await poe.close();
  });

  const start = (env: Record<string, string>): Promise<RunningHost> =>
    host.start({ POE_BASE_URL: poe.url, ACCESS_TOKENS: TOKENS, ...env });

  async function ask(
    token: string,
    body: object = {},
    url = gateway.url,
  ): Promise<{ status: number; json: Reply; headers: Headers }> {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'Echo',
        messages: [{ role: 'user', content: `hello ${Math.random()}` }],
        ...body,
      }),
    });
    return {
      status: response.status,
      json: (await response.json()) as Reply,
      headers: response.headers,
    };
  }
  test('answers every token from the keys that are good', async () => {
    poe.clear();
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(LAPTOP)));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    const keys = poe.requests.map(({ headers }) => headers['authorization']);
    expect(keys).toEqual(expect.arrayContaining(['Bearer good-one', 'Bearer good-two']));
  });

  test('asks a bad key once, and not again', async () => {
    poe.clear();
    for (let time = 0; time < 6; time++) expect((await ask(LAPTOP)).status).toBe(200);
    const keys = poe.requests.map(({ headers }) => headers['authorization']);
    expect(keys).not.toContain('Bearer bad-one');
    expect(keys).not.toContain(`Bearer ${LAPTOP}`);
  });

  test('knows nobody else', async () => {
    for (const stranger of [
      'good-one',
      'sk-anything',
      `${LAPTOP}x`,
      LAPTOP.slice(0, -1),
      'undefined',
    ]) {
      const { status, json } = await ask(stranger);
      expect(status).toBe(401);
      expect(json.error?.code).toBe('invalid_api_key');
    }
  });

  test('lets a token use its models alone, so often', async () => {
    expect((await ask(PHONE, { model: 'Shouts' })).json.error?.code).toBe('model_not_allowed');
    expect((await ask(PHONE)).status).toBe(200);
    expect((await ask(PHONE)).status).toBe(200);
    const { status, headers } = await ask(PHONE);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(LAPTOP)).status).toBe(200);
  });

  test('says what the gateway lacks when no key is left, and nothing of the keys', async () => {
    const empty = await start({ POE_API_KEYS: 'bad-one,poor-one' });
    try {
      const { status, json } = await ask(LAPTOP, {}, empty.url);
      expect(status).not.toBe(200);
      expect(status).not.toBe(401);
      expect(JSON.stringify(json)).not.toMatch(/bad-one|poor-one/);
    } finally {
      await empty.stop();
    }
  });

  // The keys are the same business on every host; once is enough.
  test.runIf(host.name === 'Node')(
    'lets nobody see what a key lacks, though a thousand ask at once',
    async () => {
      const shared = await start({ POE_API_KEYS: 'bad-one,poor-one,flaky-one,good-one' });
      try {
        const statuses = await Promise.all(
          Array.from({ length: 1000 }, async (_, index) => {
            const stream = index % 2 === 0;
            const response = await fetch(`${shared.url}/v1/messages`, {
              method: 'POST',
              headers: { 'x-api-key': LAPTOP, 'content-type': 'application/json' },
              body: JSON.stringify({
                model: 'Echo',
                max_tokens: 99,
                stream,
                messages: [{ role: 'user', content: `hello ${index}` }],
              }),
            });
            const text = await response.text();
            const isWhole = text.includes(
              stream ? 'event: message_stop' : '"stop_reason":"end_turn"',
            );
            return isWhole ? response.status : text;
          }),
        );
        expect(statuses).toEqual(Array(1000).fill(200));
      } finally {
        const { stdout } = await shared.stop();
        expect(stdout).not.toMatch(/(bad|poor|flaky|good)-one|token-of/);
      }
    },
    60_000,
  );

  test('serves own keys beside the pool where its owner says so', async () => {
    const open = await start({ POE_API_KEYS: 'good-one', OWN_KEYS: 'allow' });
    try {
      poe.clear();
      expect((await ask('my-own-key-123456', {}, open.url)).status).toBe(200);
      expect((await ask(LAPTOP, {}, open.url)).status).toBe(200);
      const keys = poe.requests
        .filter(({ path }) => path.endsWith('/completions'))
        .map(({ headers }) => headers['authorization']);
      expect(keys).toEqual(['Bearer my-own-key-123456', 'Bearer good-one']);
    } finally {
      await open.stop();
    }
  });
});
