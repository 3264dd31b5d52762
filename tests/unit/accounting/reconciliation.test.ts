/** Poe's own sums take the place of estimates, row by row, and Poe is not asked often. */
import { describe, expect, it } from 'vitest';
import type { UpstreamCall } from '../../../src/core/upstream.ts';
import {
  type Charge,
  createReconciliation,
  matchCharges,
} from '../../../src/accounting/reconciliation.ts';
import type { Expense } from '../../../src/upstreams/poe-usage/history.ts';

const START = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

function charge(more: Partial<Charge> = {}): Charge {
  return {
    key: 'key-one',
    model: 'gpt',
    calls: 1,
    startedAt: START,
    endedAt: START + 1000,
    millipoints: 100_000,
    settle: () => undefined,
    ...more,
  };
}

function row(id: string, points: number, more: Partial<Expense> = {}): Expense {
  return { id, model: 'gpt', time: START + 500, millipoints: points * 1000, ...more };
}

function matched(
  charges: readonly Charge[],
  rows: readonly Expense[],
  taken: readonly string[] = [],
): readonly (readonly string[] | undefined)[] {
  const matches = matchCharges(charges, rows, new Set(taken));
  return charges.map((of) => matches.get(of)?.map(({ id }) => id));
}

describe('a row of the history', () => {
  it('belongs to one charge, the one whose estimate is closest', () => {
    const charges = [charge({ millipoints: 10_000 }), charge({ millipoints: 500_000 })];
    expect(matched(charges, [row('a', 480), row('b', 12)])).toEqual([['b'], ['a']]);
    expect(matched(charges, [row('b', 12)])).toEqual([['b'], undefined]);
  });

  it('is the nearest in time for what has no estimate', () => {
    const of = charge({ millipoints: undefined });
    expect(matched([of], [row('a', 1, { time: START + 5000 }), row('b', 900)])).toEqual([['b']]);
  });

  it.each([
    ['of another bot', row('a', 100, { model: 'gpt-mini' })],
    ['of an earlier time', row('a', 100, { time: START - 11_000 })],
    ['of a later time', row('a', 100, { time: START + 12_000 })],
  ])('%s belongs to another', (_, other) => {
    expect(matched([charge()], [other])).toEqual([undefined]);
  });

  it('may have a time that is a little off: clocks differ', () => {
    expect(matched([charge()], [row('a', 100, { time: START - 9000 })])).toEqual([['a']]);
    expect(matched([charge()], [row('a', 100, { time: START + 10_000 })])).toEqual([['a']]);
  });

  it('is not taken twice', () => {
    expect(matched([charge()], [row('a', 100)], ['a'])).toEqual([undefined]);
  });

  it('is one of as many as there were calls', () => {
    const twice = charge({ calls: 2 });
    expect(matched([twice], [row('a', 60)])).toEqual([undefined]);
    expect(matched([twice], [row('a', 60), row('b', 900), row('c', 45)])).toEqual([['c', 'a']]);
  });
});

interface Setup {
  time: number;
  status: number;
  rows: readonly Expense[];
  hasMore: boolean;
}

function setUp(start: Partial<Setup> = {}) {
  const poe: Setup = { time: START, status: 200, rows: [], hasMore: false, ...start };
  const asked: UpstreamCall[] = [];
  const logged: string[] = [];
  const settled: number[] = [];
  let work: Promise<void> = Promise.resolve();
  const beside = (more: Promise<void>): void => void (work = Promise.all([work, more]).then());
  const reconciliation = createReconciliation(
    { poeBaseUrl: 'https://api.poe.com' },
    {
      now: () => poe.time,
      log: (level, words, fields) =>
        void logged.push(`${level} ${words} ${JSON.stringify(fields)}`),
      send(call) {
        asked.push(call);
        const data = poe.rows.map(({ id, model, time, millipoints }) => ({
          query_id: id,
          bot_name: model.toUpperCase(),
          creation_time: time * 1000,
          cost_points: millipoints / 1000,
          usage_type: 'API',
        }));
        const body = new TextEncoder().encode(JSON.stringify({ data, has_more: poe.hasMore }));
        const chunks = [body];
        return Promise.resolve({
          status: poe.status,
          header: () => undefined,
          read: () => Promise.resolve(chunks.shift()),
          discard: () => undefined,
          cancel: () => undefined,
        });
      },
    },
  );
  return {
    poe,
    asked,
    logged,
    settled,
    /** An answer that ends now, and whatever it brings about. */
    async answer(more: Partial<Charge> = {}) {
      const settle = (millipoints: number): void => void settled.push(millipoints);
      const times = { startedAt: poe.time - 1000, endedAt: poe.time };
      reconciliation.follow(charge({ ...times, settle, ...more }), beside);
      await work;
    },
  };
}

describe('asking Poe', () => {
  it('begins a minute after the first answer, and is done every five at most', async () => {
    const { poe, asked, answer } = setUp();
    await answer();
    poe.time += MINUTE - 1;
    await answer();
    expect(asked).toHaveLength(0);
    poe.time += 1;
    await answer();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers['authorization']).toBe('Bearer key-one');
    poe.time += 5 * MINUTE - 1;
    await answer();
    expect(asked).toHaveLength(1);
    poe.time += 1;
    await answer();
    expect(asked).toHaveLength(2);
  });

  it('is done for each key by itself', async () => {
    const { poe, asked, answer } = setUp();
    await answer();
    poe.time += MINUTE;
    await answer({ key: 'key-two' });
    expect(asked).toHaveLength(0);
  });

  it('settles an answer once, with all that it cost', async () => {
    const { poe, settled, answer } = setUp();
    await answer({ calls: 2 });
    poe.rows = [row('a', 60), row('b', 45)];
    poe.time += MINUTE;
    await answer();
    expect(settled).toEqual([105_000]);
    // The owner has asked the same bots elsewhere at that time.
    poe.rows = [...poe.rows, row('c', 5), row('d', 5)];
    poe.time += 5 * MINUTE;
    await answer();
    expect(settled).toEqual([105_000]);
  });

  it('gives no row to two answers, though it comes again', async () => {
    const { poe, settled, answer } = setUp({ rows: [row('a', 60)] });
    await answer();
    poe.time += MINUTE;
    await answer();
    expect(settled).toEqual([60_000]);
    poe.time += 5 * MINUTE;
    await answer({ startedAt: START - 1000 });
    expect(settled).toEqual([60_000]);
  });

  it('does not look for an answer longer than an hour', async () => {
    const { poe, settled, answer } = setUp();
    await answer();
    poe.rows = [row('a', 60, { time: START })];
    poe.time += 61 * MINUTE;
    await answer();
    expect(settled).toEqual([]);
  });

  it.each([401, 403, 404, 429, 500])(
    'is given up for an hour after a %i, without a word of the key',
    async (status) => {
      const { poe, asked, logged, settled, answer } = setUp({ status });
      await answer();
      poe.time += MINUTE;
      await answer();
      expect(asked).toHaveLength(1);
      expect(logged).toHaveLength(1);
      expect(logged[0]).not.toContain('key-one');
      poe.time += 59 * MINUTE;
      await answer();
      expect(asked).toHaveLength(1);
      poe.status = 200;
      poe.time += MINUTE;
      poe.rows = [row('a', 60, { time: poe.time })];
      await answer();
      expect(asked).toHaveLength(2);
      expect(settled).toEqual([60_000]);
    },
  );

  it('ends after ten pages, whatever Poe says of more', async () => {
    const { poe, asked, answer } = setUp({ hasMore: true });
    let number = 0;
    Object.defineProperty(poe, 'rows', { get: () => [row(`row-${(number += 1)}`, 1)] });
    await answer();
    poe.time += MINUTE;
    await answer();
    expect(asked).toHaveLength(10);
    expect(asked[1]?.url).toMatch(/starting_after=row-\d+$/);
  });

  it('ends where the same page comes again', async () => {
    const { poe, asked, answer } = setUp({ hasMore: true, rows: [row('a', 1)] });
    await answer();
    poe.time += MINUTE;
    await answer();
    expect(asked).toHaveLength(2);
  });

  it('ends where the rows are older than the answers', async () => {
    const { poe, asked, answer } = setUp({ hasMore: true });
    poe.rows = [row('a', 1, { time: START - 2 * MINUTE })];
    await answer();
    poe.time += MINUTE;
    await answer();
    expect(asked).toHaveLength(1);
  });
});
