/** What Poe tells of an account's points, row by row. */
import { describe, expect, it } from 'vitest';
import { buildHistoryCall, readHistory } from '../../../../src/upstreams/poe-usage/history.ts';
import { thrownBy } from '../../record.ts';

const KEY = 'key-of-the-caller';
const ROW = {
  creation_time: 1_790_000_000_123_456,
  bot_name: 'Claude-Opus-4.5',
  query_id: 'q1',
  usage_type: 'API',
  cost_points: 450,
  cost_usd: '0.0135',
};

function read(status: number, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readHistory({ status, header: () => undefined }, text, KEY);
}

describe('the history of points', () => {
  it.each([
    [undefined, 'https://api.poe.com/usage/points_history?limit=100'],
    ['a b&c', 'https://api.poe.com/usage/points_history?limit=100&starting_after=a%20b%26c'],
  ])('is asked at the root, behind %j', (after, url) => {
    expect(buildHistoryCall('https://api.poe.com', KEY, after)).toEqual({
      method: 'GET',
      url,
      headers: { accept: 'application/json', authorization: `Bearer ${KEY}` },
    });
  });

  it('has the bots by the names that models have here', () => {
    expect(read(200, { has_more: true, length: 1, data: [ROW] })).toEqual({
      expenses: [
        expect.objectContaining({
          id: 'q1',
          model: 'claude-opus-4.5',
          time: 1_790_000_000_123.456,
          millipoints: 450_000,
        }),
      ],
      last: expect.objectContaining({ id: 'q1' }),
      hasMore: true,
    });
  });

  it('leaves out what people chat, and goes on behind it', () => {
    const chat = { ...ROW, query_id: 'q2', usage_type: 'Chat' };
    const { expenses, last } = read(200, { data: [ROW, chat] });
    expect(expenses.map(({ id }) => id)).toEqual(['q1']);
    expect(last?.id).toBe('q2');
  });

  it.each([
    null,
    'row',
    [],
    {},
    { ...ROW, query_id: 7 },
    { ...ROW, query_id: '' },
    { ...ROW, bot_name: null },
    { ...ROW, creation_time: '2026-11-21' },
    { ...ROW, cost_points: '450' },
    { ...ROW, cost_points: -1 },
    { ...ROW, cost_points: 1e300 },
    { ...ROW, cost_points: undefined },
  ])('leaves out the row %j', (row) => {
    const { expenses, hasMore } = read(200, { data: [row, ROW] });
    expect(expenses).toHaveLength(1);
    expect(hasMore).toBe(false);
  });

  it.each([
    [401, { error: { message: `${KEY} is unknown` } }, 'unauthenticated'],
    [403, {}, 'forbidden'],
    [429, {}, 'rate-limited'],
    [500, 'oh', 'upstream-failed'],
    [302, '', 'upstream-failed'],
    [200, '<html>', 'upstream-failed'],
    [200, { data: {} }, 'upstream-failed'],
  ])('is not there in a %i %j: %s', (status, body, kind) => {
    const error = thrownBy(() => read(status, body));
    expect(error).toMatchObject({ kind });
    expect((error as Error).message).not.toContain(KEY);
  });
});
