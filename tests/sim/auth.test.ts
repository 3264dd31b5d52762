/** Keys and the endpoints around the chat: who may call what, and what they are told. */
import { describe, expect, test } from 'vitest';
import { ask, simulatorForFile, type Json } from './client.ts';

const simulator = simulatorForFile();

async function get(path: string, key?: string): Promise<{ status: number; body: Json }> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${simulator().url}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Json };
}

describe('a chat request', () => {
  test.each([
    ['bad-key', 401, 'authentication_error'],
    ['poor-key', 402, 'insufficient_credits'],
    ['limited-key', 429, 'rate_limit_error'],
    ['forbidden-key', 403, 'moderation_error'],
  ])('with the key %s gets %i %s', async (key, status, type) => {
    const response = await ask(
      simulator(),
      'Echo',
      {},
      { headers: { authorization: `Bearer ${key}` } },
    );
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: status, type } });
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
  });

  test('with a flaky key is refused every second time, each key by itself', async () => {
    const told = async (key: string): Promise<readonly [number, string | null]> => {
      const { status, headers } = await ask(
        simulator(),
        'Echo',
        {},
        { headers: { authorization: `Bearer ${key}` } },
      );
      return [status, headers.get('retry-after')];
    };
    const good = [200, null];
    const refused = [429, '1'];
    expect(await told('flaky-1')).toEqual(good);
    expect(await told('flaky-1')).toEqual(refused);
    expect(await told('flaky-2')).toEqual(good);
    expect(await told('flaky-1')).toEqual(good);
    expect(await told('flaky-1')).toEqual(refused);
    expect(await told('flaky-2')).toEqual(refused);
  });

  test.each([
    ['busy-once', 1],
    ['busy-twice', 2],
    ['busy-thrice', 3],
  ])('with the key %s is refused so many times in a row: %i', async (key, times) => {
    const headers = { authorization: `Bearer ${key}-1` };
    const statuses: number[] = [];
    for (let asked = 0; asked < 2 * (times + 1); asked++)
      statuses.push((await ask(simulator(), 'Echo', {}, { headers })).status);
    const round = [...Array<number>(times).fill(503), 200];
    expect(statuses).toEqual([...round, ...round]);
  });

  test('with an account that is refilled is refused once, and its balance tells', async () => {
    const balance = async () => (await get('/usage/current_balance', 'refill-1')).body;
    const told = async () =>
      (await ask(simulator(), 'Echo', {}, { headers: { authorization: 'Bearer refill-1' } }))
        .status;
    expect(await balance()).toMatchObject({ current_point_balance: 0 });
    expect(await told()).toBe(402);
    expect(await balance()).toMatchObject({ current_point_balance: 1_234_567 });
    expect([await told(), await told()]).toEqual([200, 200]);
  });

  test('without a key gets 401, CORS headers included', async () => {
    const response = await ask(simulator(), 'Echo', {}, { headers: {} });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type',
    );
  });
});

describe('the model list', () => {
  test('needs no key but refuses an empty or bad one', async () => {
    expect((await get('/v1/models')).status).toBe(200);
    expect((await get('/v1/models', 'good')).status).toBe(200);
    expect((await get('/v1/models', '')).status).toBe(401);
    expect((await get('/v1/models', 'bad')).status).toBe(401);
  });

  test('names each bot by the lowercase of its display name, and hides community bots', async () => {
    const { body } = await get('/v1/models');
    const cards = body['data'] as unknown as readonly Json[];
    for (const card of cards) {
      expect(card['id']).toBe(String(card['metadata']?.['display_name']).toLowerCase());
    }
    const ids = cards.map((card) => card['id']);
    expect(ids).toEqual(expect.arrayContaining(['echo', 'claude-opus-4.5', 'veo-3.1']));
    expect(ids).not.toContain('community-bot');
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('comes in brotli to whoever asks for it', async () => {
    const headers = { 'accept-encoding': 'br' };
    const response = await fetch(`${simulator().url}/v1/models`, { headers });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(await response.json()).toMatchObject({ object: 'list' });
  });
});

describe('the usage endpoints', () => {
  test('need a good key', async () => {
    expect((await get('/usage/current_balance')).status).toBe(401);
    expect((await get('/usage/points_history', 'bad')).status).toBe(401);
  });

  test('tell the balance, which is 0 for a poor key', async () => {
    expect((await get('/usage/current_balance', 'poor')).body).toMatchObject({
      current_point_balance: 0,
    });
    const { body } = await get('/usage/current_balance', 'good');
    expect(Number(body['current_point_balance'])).toBeGreaterThan(0);
  });

  test('page through the history to its end without a repeat', async () => {
    const ids: string[] = [];
    for (let more = true; more;) {
      const cursor = ids.length > 0 ? `&starting_after=${ids.at(-1)}` : '';
      const { body } = await get(`/usage/points_history?limit=60${cursor}`, 'good');
      const rows = body['data'] as unknown as readonly Json[];
      expect(body['length']).toBe(rows.length);
      ids.push(...rows.map((row) => String(row['query_id'])));
      more = Boolean(body['has_more']);
    }
    expect(ids).toHaveLength(130);
    expect(new Set(ids).size).toBe(130);
  });
});

test('any other path is a 404 in the documented form', async () => {
  const { status, body } = await get('/v1/embeddings', 'good');
  expect(status).toBe(404);
  expect(body).toMatchObject({ error: { code: 404, type: 'not_found_error' } });
});
