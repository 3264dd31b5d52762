/**
 * The pool as requests meet it, on several instances with one clock: what is asked of Poe beside them,
 * what one instance learns from another, and what the log says.
 */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { GatewayError, type ErrorKind } from '../../../src/core/error.ts';
import { createPool } from '../../../src/keys/pool.ts';
import { memoryStore } from '../../../src/stores/memory.ts';
import { type Store, StoreRefusal } from '../../../src/stores/store.ts';
import { jsonReply, type RecordedReply, replayPlatform } from '../../golden/replay.ts';

const MINUTE = 60_000;

/** What Poe thinks of each key; others are good. */
type Poe = Record<string, ErrorKind | undefined>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

interface Setting {
  readonly keys?: string;
  readonly poe?: Poe;
  /** What it asks to wait where it limits a key, in seconds. */
  readonly retryAfter?: number;
  /** What `/usage/current_balance` says of a key. */
  readonly balance?: (key: string) => RecordedReply | Promise<RecordedReply>;
  readonly env?: Record<string, string>;
  readonly store?: Store | undefined;
}

function instance(setting: Setting) {
  const { keys = 'a1,b2,c3', poe = {}, balance, env = {}, store, retryAfter = 30 } = setting;
  const platform = {
    ...replayPlatform((call) => {
      const key = new Headers(call.headers).get('authorization')?.slice(7) ?? '';
      return balance?.(key) ?? jsonReply({ current_point_balance: 1_000 });
    }),
    now: () => Date.now(),
    digest: (bytes: Uint8Array) =>
      Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest()).buffer),
  };
  const config = readConfig({
    POE_API_KEYS: keys,
    ACCESS_TOKENS: 'a-token-for-tests',
    STORE: store ? 'cloudflare-kv' : 'none',
    ...env,
  });
  const pool = createPool(config, platform, store);
  if (!pool) throw new Error('there is no pool');

  /** One request: the keys that were tried, and what became of it. */
  async function request(conversation = ''): Promise<string> {
    const ring = pool?.keysFor(conversation, () => undefined);
    const problem = await ring?.ready();
    if (!ring || problem) return String(problem?.kind);
    for (let asked = ''; ;) {
      asked += ring.current();
      const kind = poe[ring.current()];
      const failure = kind && new GatewayError(kind, 'No.', { retryAfter });
      if (!ring.heard(failure)) return asked;
      if (!(await ring.change())) return `${asked} ${failure && ring.explain(failure).kind}`;
    }
  }

  return {
    request,
    async requests(times: number): Promise<readonly string[]> {
      const asked: string[] = [];
      for (let time = 0; time < times; time++) asked.push(await request());
      return asked;
    },
    states: () => pool.states().map(({ state }) => state),
    /** Whose balance was asked for. */
    balances: () => platform.calls.map(({ headers }) => headers['authorization']?.slice(7)),
    log: () => platform.lines.map(({ level, fields }) => `${level} ${fields['key']}`),
    lines: platform.lines,
  };
}

describe('a key that was out of points', () => {
  it('is used again when Poe says that it has some; no request waits for that', async () => {
    const poe: Poe = { a1: 'insufficient-points' };
    const balance = () =>
      new Promise<RecordedReply>((resolve) => {
        setTimeout(() => resolve(jsonReply({ current_point_balance: 12 })), 8_000);
      });
    const { requests, balances, states } = instance({ keys: 'a1,b2', poe, balance });
    expect(await requests(2)).toEqual(['a1b2', 'b2']);
    await settle(5 * MINUTE - 1_000);
    expect(await requests(2)).toEqual(['b2', 'b2']);
    expect(balances()).toEqual([]);
    await settle(1_000);
    expect(await requests(2)).toEqual(['b2', 'b2']);
    expect(balances()).toEqual(['a1']);
    poe['a1'] = undefined;
    await settle(8_000);
    expect(states()).toEqual(['ready', 'ready']);
    expect(await requests(2)).toEqual(['a1', 'b2']);
  });

  it('rests on while Poe says that it has none, and is asked about every five minutes', async () => {
    const poe: Poe = { a1: 'insufficient-points' };
    const balance = () => jsonReply({ current_point_balance: 0 });
    const { requests, balances, log } = instance({ keys: 'a1,b2', poe, balance });
    await requests(2);
    for (let minute = 0; minute < 16; minute++) {
      await settle(MINUTE);
      expect(await requests(2)).toEqual(['b2', 'b2']);
    }
    expect(balances()).toEqual(['a1', 'a1', 'a1']);
    expect(log()).toEqual(['warn 1']);
  });

  it.each<[string, () => RecordedReply]>([
    ['Poe fails', () => jsonReply({}, 503)],
    ['Poe gives no number', () => jsonReply({ current_point_balance: 'many' })],
    [
      'Poe cannot be reached',
      () => {
        throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
      },
    ],
  ])('is tried when %s', async (_, balance) => {
    const poe: Poe = { a1: 'insufficient-points' };
    const { requests, states } = instance({ keys: 'a1,b2', poe, balance });
    await requests(1);
    await settle(5 * MINUTE);
    await requests(1);
    await settle();
    expect(states()).toEqual(['ready', 'ready']);
    expect((await requests(2)).toSorted()).toEqual(['a1b2', 'b2']);
  });

  it('is retired when Poe does not accept it any more', async () => {
    const balance = () => jsonReply({ error: { message: 'no' } }, 401);
    const poe: Poe = { a1: 'insufficient-points' };
    const { requests, states, log } = instance({ keys: 'a1,b2', poe, balance });
    await requests(1);
    await settle(5 * MINUTE);
    await requests(1);
    await settle();
    expect(states()).toEqual(['retired', 'ready']);
    expect(log()).toEqual(['warn 1', 'warn 1']);
  });

  it('is the last resort of a pool without another, whose callers hear of the points', async () => {
    const poe: Poe = { a1: 'insufficient-points', b2: 'insufficient-points' };
    const balance = (key: string) => jsonReply({ current_point_balance: poe[key] ? 0 : 9 });
    const { request } = instance({ keys: 'a1,b2', poe, balance });
    expect(await request()).toBe('a1b2 insufficient-points');
    expect(await request()).toBe('insufficient-points');
    await settle(5 * MINUTE);
    poe['b2'] = undefined;
    expect(await request()).toBe('a1b2');
    expect(await request()).toBe('b2');
  });
});

describe('KEY_STRATEGY=most-points', () => {
  const env = { KEY_STRATEGY: 'most-points' };
  const points: Record<string, number> = { a1: 5, b2: 70, c3: 6 };
  const balance = (key: string) => jsonReply({ current_point_balance: points[key] ?? 0 });

  it('asks each key every five minutes at most, and uses the richest', async () => {
    const { requests, balances } = instance({ env, balance });
    expect(await requests(1)).toEqual(['a1']);
    await settle();
    expect(await requests(3)).toEqual(['b2', 'b2', 'b2']);
    for (let minute = 0; minute < 9; minute++) {
      await settle(MINUTE);
      await requests(5);
    }
    expect(balances().toSorted()).toEqual(['a1', 'a1', 'b2', 'b2', 'c3', 'c3']);
  });

  it('takes keys in their turns while Poe does not say', async () => {
    const { requests } = instance({ env, balance: () => jsonReply({}, 500) });
    await requests(1);
    await settle();
    expect(await requests(3)).toEqual(['b2', 'c3', 'a1']);
  });

  it('asks for a large pool bit by bit', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`).join();
    const { requests, balances } = instance({ keys, env, balance });
    await requests(30);
    expect(balances()).toHaveLength(3);
    await settle(1_000);
    await requests(30);
    expect(new Set(balances()).size).toBe(6);
  });

  it('asks for nothing where points do not matter', async () => {
    const { requests, balances } = instance({ balance });
    await requests(3);
    await settle(9 * MINUTE);
    await requests(3);
    expect(balances()).toEqual([]);
  });
});

describe('the log', () => {
  it('tells once that a key is away, by its place, and once that it is back', async () => {
    const poe: Poe = { a1: 'rate-limited', b2: 'insufficient-points', c3: 'unauthenticated' };
    const { requests, log, lines } = instance({ keys: 'a1,b2,c3,d4', poe });
    await requests(8);
    expect(log()).toEqual(['warn 1', 'warn 2', 'warn 3']);
    poe['a1'] = undefined;
    await settle(30_000);
    await requests(8);
    expect(log().slice(3)).toEqual(['info 1']);
    poe['a1'] = 'rate-limited';
    await requests(8);
    expect(log().slice(4)).toEqual(['warn 1']);
    expect(JSON.stringify(lines)).not.toMatch(/a1|b2|c3|d4/);
  });
});

describe('instances with one store', () => {
  const poe: Poe = { a1: 'unauthenticated', b2: 'insufficient-points' };

  function deployment(setting: Setting = {}) {
    const store = memoryStore(() => Date.now());
    const writes: string[] = [];
    const reads: string[] = [];
    const watched: Store = {
      ...store,
      get(key) {
        reads.push(key);
        return store.get(key);
      },
      set(key, value, ttl) {
        writes.push(value);
        return store.set(key, value, ttl);
      },
    };
    const more = (changes: Setting = {}) =>
      instance({ poe, store: watched, ...setting, ...changes });
    return { store: watched, writes, reads, more };
  }

  it('learn from each other within five seconds, and ask no bad key twice', async () => {
    const { more, writes, reads } = deployment();
    const [one, other] = [more(), more({ poe: {} })];
    await other.request();
    expect(await one.requests(1)).toEqual(['a1b2c3']);
    await settle(5_000);
    await other.request();
    await settle();
    expect(other.states()).toEqual(['retired', 'poor', 'ready']);
    expect(await other.requests(3)).toEqual(['c3', 'c3', 'c3']);
    expect(other.log(), 'it was told once, elsewhere').toEqual([]);
    expect(writes.join()).not.toMatch(/a1|b2|c3/);
    expect(new Set(reads).size).toBe(1);
    expect(reads[0]).toMatch(/^key-health:[0-9a-f]{64}$/);
  });

  it('know from the first request on that a key rests, but ask themselves whether Poe accepts one', async () => {
    const { more } = deployment();
    await more().requests(1);
    await settle(1_000);
    const later = more();
    expect(await later.requests(2)).toEqual(['a1c3', 'c3']);
    expect(later.states()).toEqual(['retired', 'poor', 'ready']);
  });

  it('hear when a key has points again', async () => {
    const { more } = deployment();
    const [one, other] = [more(), more()];
    await Promise.all([one.requests(1), other.requests(1)]);
    await settle(5 * MINUTE);
    await one.requests(1);
    await settle(5_000);
    await other.request();
    await settle();
    expect(other.states()).toEqual(['retired', 'ready', 'ready']);
    expect(other.balances()).toEqual([]);
  });

  it('lose nothing when they write at the same time', async () => {
    const { store } = deployment();
    /** Two that read before either has written. */
    const slow: Store = {
      ...store,
      set: async (...all) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        await store.set(...all);
      },
    };
    const one = instance({ poe: { a1: 'insufficient-points' }, store: slow });
    const other = instance({ poe: { b2: 'insufficient-points' }, store: slow });
    await Promise.all([one.requests(3), other.requests(3)]);
    for (let second = 0; second < 90; second += 6) {
      await settle(6_000);
      await Promise.all([one.request('talk'), other.request('talk')]);
    }
    await settle(1_000);
    expect([one.states(), other.states()]).toEqual([
      ['poor', 'poor', 'ready'],
      ['poor', 'poor', 'ready'],
    ]);
  });

  it('write once a second at most, and nothing when nothing is new', async () => {
    const bad: Poe = {};
    const { more, writes } = deployment({ keys: 'a1,b2,c3,d4', poe: bad });
    const one = more();
    for (const key of ['a1', 'b2', 'c3']) {
      bad[key] = 'insufficient-points';
      await one.requests(4);
      await settle(200);
    }
    expect(writes).toHaveLength(1);
    await settle(400);
    expect(writes).toHaveLength(2);
    expect(writes[1]?.match(/poor/g)).toHaveLength(3);
    for (let second = 0; second < 20; second++) {
      await settle(1_000);
      await one.requests(3);
    }
    expect(writes).toHaveLength(2);
  });

  it('do not tell each other what they were told', async () => {
    const { more, writes } = deployment();
    const [one, other] = [more(), more({ poe: { c3: 'rate-limited' } })];
    await one.requests(1);
    await settle(6_000);
    await other.requests(1);
    expect(other.states()).toEqual(['retired', 'poor', 'limited']);
    await settle(1_000);
    expect(writes).toHaveLength(2);
    for (let second = 0; second < 20; second++) {
      await settle(1_000);
      for (const { request } of [one, other]) await request('talk');
    }
    expect(one.states()).toEqual(['retired', 'poor', 'limited']);
    expect(writes).toHaveLength(2);
  });

  it.each([
    { retryAfter: 2, times: 0 },
    { retryAfter: 30, times: 1 },
  ])('write of a rest of $retryAfter s $times times', async ({ retryAfter, times }) => {
    const { more, writes } = deployment({ poe: { a1: 'rate-limited' }, retryAfter });
    const one = more();
    expect(await one.requests(2)).toEqual(['a1b2', 'c3']);
    await settle(1_500);
    await one.requests(2);
    expect(writes).toHaveLength(times);
  });

  it('read once in five seconds, and wait for it only once, and not for long', async () => {
    const { store, reads } = deployment();
    const slow: Store = {
      ...store,
      get: async (key) => {
        await new Promise((resolve) => setTimeout(resolve, 20_000));
        return store.get(key);
      },
    };
    const late = instance({ store: slow });
    const first = late.request();
    const second = await late.request();
    expect(second).toMatch(/[abc]/);
    await settle(999);
    await expect(Promise.race([first, Promise.resolve('waits')])).resolves.toBe('waits');
    await settle(1);
    expect(await first).toMatch(/[abc]/);
    await settle(4_000);
    expect(await late.requests(9)).toHaveLength(9);
    await settle(20_000);
    expect(reads).toHaveLength(2);
  });

  it('go on where the store does not take what they know, and say so', async () => {
    const store = memoryStore(() => Date.now());
    const one = instance({
      poe,
      store: { ...store, set: () => Promise.reject(new StoreRefusal('too large')) },
    });
    expect(await one.requests(3)).toEqual(['a1b2c3', 'c3', 'c3']);
    await settle(10_000);
    await one.requests(3);
    expect(one.lines.filter(({ message }) => message.includes('shared'))).toHaveLength(1);
  });

  it.each(['x', '[]', '{"0123456789abcdef": {"poor": [1, 2]}}', '{"a": null}'])(
    'take nothing from a store that says %s',
    async (text) => {
      const store = memoryStore(() => Date.now());
      const one = instance({ store: { ...store, get: () => Promise.resolve(text) } });
      expect(await one.requests(3)).toEqual(['a1', 'b2', 'c3']);
    },
  );

  it('know nothing of each other where the memory of the process is the store', async () => {
    const { more, reads } = deployment({ env: { STORE: 'memory' } });
    await more().requests(1);
    await settle(1_000);
    expect(reads).toEqual([]);
  });

  it('hold RATE_LIMIT together where the store counts', async () => {
    const store = { ...memoryStore(() => Date.now()), sharesCounts: true };
    const setting = { keys: 'a1,b2', store, env: { RATE_LIMIT: '3' } };
    const [one, other] = [instance(setting), instance(setting)];
    const asked = [...(await one.requests(2)), ...(await other.requests(4))];
    expect(asked.toSorted()).toEqual(['a1', 'a1', 'a1', 'b2', 'b2', 'b2']);
    expect(await one.request()).toBe('rate-limited');
    expect(await other.request('talk')).toBe('rate-limited');
    await settle(2 * MINUTE);
    expect((await one.requests(6)).toSorted()).toEqual(['a1', 'a1', 'a1', 'b2', 'b2', 'b2']);
    expect(await other.request()).toBe('rate-limited');
  });

  it('each hold RATE_LIMIT where it does not', async () => {
    const { more } = deployment({ poe: {}, env: { RATE_LIMIT: '1' } });
    expect(await more().requests(4)).toEqual(['a1', 'b2', 'c3', 'rate-limited']);
    expect(await more().requests(4)).toEqual(['a1', 'b2', 'c3', 'rate-limited']);
  });
});
