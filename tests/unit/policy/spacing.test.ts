/** The least time between two calls: who comes first is first, nobody waits for nothing, nobody's timer is left. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSpacing, QueueTooLong } from '../../../src/policy/spacing.ts';

const GAP = 100;
const START = 1_767_225_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function queue(now = (): number => Date.now()) {
  const spacing = createSpacing(GAP, now);
  const begun: [string, number][] = [];
  const left: string[] = [];
  function call(name: string, endsAt = START + 600_000): AbortController {
    const client = new AbortController();
    spacing.turn(endsAt, client.signal).then(
      () => begun.push([name, Date.now() - START]),
      (reason: unknown) => left.push(`${name}: ${String(reason)}`),
    );
    return client;
  }
  return { spacing, begun, left, call, pass: (time: number) => vi.advanceTimersByTimeAsync(time) };
}

describe('calls to Poe', () => {
  it('begin one gap after the other, in the order in which they came', async () => {
    const { call, begun, pass } = queue();
    for (const name of ['a', 'b', 'c']) call(name);
    await pass(150);
    call('d');
    await pass(1000);
    expect(begun).toEqual([
      ['a', 0],
      ['b', 100],
      ['c', 200],
      ['d', 300],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('do not wait where the last one is long ago', async () => {
    const { call, begun, pass } = queue();
    call('a');
    await pass(GAP);
    call('b');
    await pass(0);
    expect(begun).toEqual([
      ['a', 0],
      ['b', 100],
    ]);
  });

  it('keep their gap when timers come late, several at once', async () => {
    // The machine does nothing for a while: the clock goes on, no timer goes off.
    let lag = 0;
    const { spacing, pass } = queue(() => Date.now() + lag);
    const begun: [string, number][] = [];
    const call = (name: string): void => {
      void spacing
        .turn(Infinity, new AbortController().signal)
        .then(() => begun.push([name, Date.now() + lag - START]));
    };
    for (const name of ['a', 'b', 'c', 'd']) call(name);
    await pass(0);
    lag = 250;
    call('e');
    await pass(2000);
    expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const gaps = begun.slice(1).map(([, time], index) => time - (begun[index]?.[1] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(GAP);
  });
});

describe('a client that leaves the queue', () => {
  it('goes at once, and the last one gives its place back', async () => {
    const { call, begun, left, pass } = queue();
    call('a');
    call('b');
    const last = call('c');
    await pass(50);
    last.abort('gone');
    await pass(0);
    expect(left).toEqual(['c: gone']);
    call('d');
    await pass(1000);
    expect(begun).toEqual([
      ['a', 0],
      ['b', 100],
      ['d', 200],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('in the middle keeps nobody from their turn', async () => {
    const { call, begun, pass } = queue();
    call('a');
    const middle = call('b');
    call('c');
    middle.abort('gone');
    await pass(1000);
    expect(begun).toEqual([
      ['a', 0],
      ['c', 200],
    ]);
  });

  it('with a crowd leaves no empty turns behind, for who waits and for who comes', async () => {
    const { call, begun, pass } = queue();
    call('a');
    const crowd = Array.from({ length: 100 }, (_, index) => call(`crowd ${index}`));
    call('b');
    call('c');
    await pass(10);
    for (const client of crowd) client.abort('gone');
    await pass(0);
    call('d', START + 1_000);
    await pass(1_000);
    expect(begun.map(([name]) => name).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    const gaps = begun.slice(1).map(([, time], index) => time - (begun[index]?.[1] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(GAP);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a clock that is set back', () => {
  it('makes nobody wait for the time that comes twice', async () => {
    let back = 0;
    const { call, begun, pass } = queue(() => Date.now() - back);
    call('a');
    call('b');
    await pass(1_000);
    back = 24 * 60 * 60_000;
    call('c', START);
    call('d', START);
    await pass(GAP);
    expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a queue that is too long', () => {
  it('is told at once, and takes no place', async () => {
    const { call, spacing, begun, pass } = queue();
    for (const name of ['a', 'b', 'c']) call(name);
    const { signal } = new AbortController();
    const error: unknown = await spacing.turn(START + 250, signal).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(QueueTooLong);
    expect(error).toMatchObject({ kind: 'rate-limited', status: 429, retryAfter: 1 });
    call('d');
    await pass(1000);
    expect(begun.at(-1)).toEqual(['d', 300]);
  });

  it('is none for a call that need not wait', async () => {
    const { call, begun, pass } = queue();
    call('a', START);
    await pass(0);
    expect(begun).toEqual([['a', 0]]);
  });
});
