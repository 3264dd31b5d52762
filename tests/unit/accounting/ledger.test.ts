/** What callers use is counted by day and model, at once or in batches, and never under a key itself. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountOf, createLedger } from '../../../src/accounting/ledger.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import type { Amounts, Store } from '../../../src/stores/store.ts';

const DAY = '2026-11-21';
const ACCOUNT = accountOf({ kind: 'own', credential: 'the-secret-key' });
const OTHER = accountOf({ kind: 'token', credential: 'a-token', name: 'laptop' });

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12) }));
afterEach(() => void vi.useRealTimers());

function setUp({ shared = true, sharesCounts = true } = {}) {
  const kept = memoryStore(() => Date.now());
  const counted: { key: string; amounts: Amounts; ttl: number }[] = [];
  const logged: string[] = [];
  const store: Store = {
    ...kept,
    sharesCounts,
    count(key, amounts, ttl) {
      counted.push({ key, amounts, ttl });
      return kept.count(key, amounts, ttl);
    },
  };
  const platform = {
    now: () => Date.now(),
    digest: (bytes: Uint8Array<ArrayBuffer>) =>
      Promise.resolve(Uint8Array.from(createHash('sha256').update(bytes).digest()).buffer),
    log: (level: string, words: string) => void logged.push(`${level} ${words}`),
  };
  const beside: Promise<void>[] = [];
  const ledger = createLedger(platform, shared ? store : undefined);
  return {
    ledger,
    store,
    counted,
    logged,
    add: (account: string, model: string, use: object) =>
      ledger.add(account, DAY, model, use, (work) => void beside.push(work)),
    /** All work beside the replies is done. */
    async settled() {
      await vi.advanceTimersByTimeAsync(2000);
      await Promise.all(beside);
    },
  };
}

describe.each([
  ['in the memory of the instance', { shared: false }],
  ['in a store that counts for all', { sharesCounts: true }],
  ['in a store that does not', { sharesCounts: false }],
])('the ledger %s', (_, kind) => {
  it('adds up, by account, day and model', async () => {
    const { ledger, add, settled } = setUp(kind);
    add(ACCOUNT, 'gpt|odd', { requests: 1, input: 10, millipoints: 500 });
    add(ACCOUNT, 'gpt|odd', { requests: 1, input: 5, millipoints: -200 });
    add(ACCOUNT, '__proto__', { requests: 1, unpriced: 1 });
    add(OTHER, 'gpt|odd', { requests: 7, millipoints: 7 });
    await settled();
    expect(await ledger.read(ACCOUNT, DAY)).toEqual(
      new Map([
        ['gpt|odd', { requests: 2, input: 15, millipoints: 300 }],
        ['__proto__', { requests: 1, unpriced: 1 }],
      ]),
    );
    expect(await ledger.read(ACCOUNT, '2026-11-20')).toEqual(new Map());
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(300);
    expect(await ledger.spent(OTHER, DAY)).toBe(7);
  });

  it('knows at once what it has counted itself', async () => {
    const { ledger, add, settled } = setUp(kind);
    add(ACCOUNT, 'gpt', { requests: 1, millipoints: 100 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(100);
    add(ACCOUNT, 'gpt', { requests: 1, millipoints: 20 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(120);
    expect((await ledger.read(ACCOUNT, DAY)).get('gpt')?.requests).toBe(2);
    await settled();
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(120);
  });
});

describe('what is written', () => {
  it('is written at once where the store counts for all', async () => {
    const { add, counted } = setUp();
    add(ACCOUNT, 'gpt', { requests: 1, input: 3, cached: 0 });
    await vi.advanceTimersByTimeAsync(1);
    expect(counted).toEqual([
      {
        key: expect.stringMatching(/^usage:2026-11-21:[0-9a-f]{64}$/),
        amounts: { 'gpt|requests': 1, 'gpt|input': 3 },
        ttl: 40 * 24 * 3_600_000,
      },
    ]);
  });

  it('is nothing that a store could not add up', async () => {
    const { add, counted } = setUp();
    add(ACCOUNT, 'gpt', { input: 1e30, output: Infinity, cached: NaN, millipoints: -1e30 });
    await vi.advanceTimersByTimeAsync(1);
    expect(counted[0]?.amounts).toEqual({
      'gpt|input': 1e12,
      'gpt|output': 1e12,
      'gpt|millipoints': -1e12,
    });
  });

  it('is written of two seconds together elsewhere, one write for each account', async () => {
    const { add, counted, settled } = setUp({ sharesCounts: false });
    for (let time = 0; time < 50; time++) add(ACCOUNT, 'gpt', { requests: 1 });
    add(OTHER, 'gpt', { requests: 1 });
    await vi.advanceTimersByTimeAsync(1900);
    expect(counted).toEqual([]);
    await settled();
    expect(counted.map(({ amounts }) => amounts['gpt|requests'])).toEqual([50, 1]);
    add(ACCOUNT, 'gpt', { requests: 1 });
    await settled();
    expect(counted).toHaveLength(3);
  });

  it('does not wait for ever for a writer that was ended with its request', async () => {
    const { add, counted } = setUp({ sharesCounts: false });
    add(ACCOUNT, 'gpt', { requests: 1 });
    vi.clearAllTimers();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(counted).toEqual([]);
    add(ACCOUNT, 'gpt', { requests: 1 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(counted.map(({ amounts }) => amounts['gpt|requests'])).toEqual([2]);
  });

  it('has no key in it', async () => {
    const { add, counted, settled } = setUp();
    add(ACCOUNT, 'gpt', { requests: 1 });
    add(OTHER, 'gpt', { requests: 1 });
    await settled();
    expect(JSON.stringify(counted)).not.toMatch(/the-secret-key|a-token|laptop/);
  });

  it('is logged when the store refuses it, and nothing else goes wrong', async () => {
    const { ledger, store, add, settled, logged } = setUp();
    const count = store.count.bind(store);
    store.count = () => Promise.reject(new Error('too large'));
    add(ACCOUNT, 'gpt', { requests: 1 });
    await settled();
    expect(logged).toEqual([expect.stringContaining('error')]);
    store.count = count;
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(0);
  });
});

describe('points that are being written', () => {
  it('count before the store has answered', async () => {
    const { ledger, store, add, settled } = setUp();
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(0);
    const count = store.count.bind(store);
    store.count = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return count(...given);
    };
    add(ACCOUNT, 'gpt', { millipoints: 50 });
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(50);
    await settled();
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(50);
  });
});

describe('points that others count', () => {
  it('are seen with the next write', async () => {
    const { ledger, store, add, counted } = setUp();
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(0);
    await store.count(counted[0]?.key ?? '', { 'gpt|millipoints': 500 }, 1e9);
    add(ACCOUNT, 'gpt', { millipoints: 50 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(550);
  });

  it('are seen after three seconds, and the store is not asked more often', async () => {
    const { ledger, store, counted } = setUp();
    const elsewhere = async (millipoints: number): Promise<void> => {
      const { key = '' } = counted[0] ?? {};
      await store.count(key, { 'gpt|millipoints': millipoints }, 1e9);
    };
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(0);
    await elsewhere(500);
    const before = counted.length;
    for (let time = 0; time < 20; time++) expect(await ledger.spent(ACCOUNT, DAY)).toBe(0);
    expect(counted).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await ledger.spent(ACCOUNT, DAY)).toBe(500);
  });
});
