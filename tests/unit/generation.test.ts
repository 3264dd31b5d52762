/**
 * One call to Poe: how it is ended by silence, by time, by a broken connection and by its own last
 * word; and that nothing is left running afterwards.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cutAtStop } from '../../src/core/stages/cut-at-stop.ts';
import { GatewayError } from '../../src/core/error.ts';
import { generate } from '../../src/generation.ts';
import { poeChat } from '../../src/upstreams/poe-chat/index.ts';
import { chunk, type Head, livePoe } from './live-poe.ts';
import { plainRequest, recordingSink, textOf } from './record.ts';

const IDLE = 120_000;
const DONE = 'data: [DONE]\n\n';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Options {
  readonly head?: Head;
  readonly stream?: boolean;
  readonly stop?: readonly string[];
}

/** A generation whose call has been sent, running by itself until it is over. */
async function asked({ head, stream = true, stop = [] }: Options = {}) {
  const { platform, calls } = livePoe(head ?? {});
  const sink = recordingSink();
  const deadline = new AbortController();
  const source = generate({
    upstream: poeChat,
    request: plainRequest({ stop }),
    call: { baseUrl: 'https://poe.test', key: 'key-of-the-caller', stream },
    sink,
    stages: (next) => cutAtStop(stop, next),
    platform,
    idleTimeout: IDLE,
    onReply: () => undefined,
    unexpected: (cause) => new GatewayError('internal', String(cause)),
    signal: deadline.signal,
    endsAt: Infinity,
    spacing: undefined,
  });
  const run = async (): Promise<void> => {
    while (!source.over) await source.advance();
  };
  const running = run();
  await vi.advanceTimersByTimeAsync(0);
  const [call] = calls;
  if (!call) throw new Error('Poe was not asked');
  return { source, sink, call, deadline, running, settle: () => vi.advanceTimersByTimeAsync(0) };
}

describe('a generation', () => {
  it('ends some seconds after the finish reason when Poe does not', async () => {
    const { source, sink, call, running } = await asked();
    call.say(chunk({ content: 'Hi' }) + chunk({}, 'stop'));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(source.over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await running;
    expect(source.failure).toBeUndefined();
    expect(sink.events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    expect(call.letGo).toContain('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at the last word, without waiting for the connection to close', async () => {
    const { source, sink, call, running } = await asked();
    call.say(chunk({ content: 'Hi' }) + chunk({}, 'stop') + DONE);
    await running;
    expect(source.failure).toBeUndefined();
    expect(textOf(sink.events)).toBe('Hi');
    expect(call.letGo).toEqual(['discarded']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up a Poe that is silent for too long', async () => {
    const { source, call, running } = await asked();
    call.say(chunk({ content: 'Hi' }));
    await vi.advanceTimersByTimeAsync(IDLE - 1);
    expect(source.over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await running;
    expect(source.failure).toMatchObject({ kind: 'upstream-timeout' });
    expect(call.letGo).toContain('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is content with a Poe that is slow but not silent', async () => {
    const { source, call, settle } = await asked();
    for (let turn = 0; turn < 5; turn++) {
      await vi.advanceTimersByTimeAsync(IDLE - 1);
      call.say(': ping\n\n');
      await settle();
    }
    expect(source.over).toBe(false);
    source.cancel();
  });

  it('waits for a whole answer as long as it takes', async () => {
    const head = { headers: { 'content-type': 'application/json' } };
    const { source, call, running } = await asked({ head, stream: false });
    await vi.advanceTimersByTimeAsync(IDLE * 4);
    expect(source.over).toBe(false);
    call.say(JSON.stringify({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }));
    call.close();
    await running;
    expect(source.failure).toBeUndefined();
  });

  it.each([
    { how: 'hangs', end: () => vi.advanceTimersByTimeAsync(IDLE) },
    { how: 'closes', end: (call: { close(): void }) => call.close() },
    {
      how: 'breaks off',
      end: (call: { breakOff(error: Error): void }) => call.breakOff(new Error('reset')),
    },
  ])('is a whole answer when Poe $how after its finish reason', async ({ end }) => {
    const { source, sink, call, running, settle } = await asked();
    call.say(chunk({ content: 'Hi' }) + chunk({}, 'length'));
    await settle();
    await end(call);
    await running;
    expect(source.failure).toBeUndefined();
    expect(sink.events.at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
    expect(sink.ends).toBe(1);
  });

  it('fails with the reason of the deadline when the time is up', async () => {
    const { source, deadline, call, running } = await asked();
    call.say(chunk({ content: 'Hi' }));
    deadline.abort(new GatewayError('upstream-timeout', 'Time is up.'));
    await running;
    expect(source.failure?.message).toBe('Time is up.');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells a broken connection from a whole answer, and shows no inner address', async () => {
    const { source, call, running } = await asked();
    call.say(chunk({ content: 'Hi' }));
    const reset = Object.assign(new Error('read 10.1.2.3:443'), { code: 'ECONNRESET' });
    call.breakOff(new TypeError('terminated', { cause: reset }));
    await running;
    expect(source.failure?.kind).toBe('upstream-failed');
    expect(source.failure?.message).toContain('ECONNRESET');
    expect(source.failure?.message).not.toContain('10.1.2.3');
  });

  it('hangs up once a stop sequence has come: the rest is not wanted', async () => {
    const { source, sink, call, running } = await asked({ stop: ['END'] });
    call.say(chunk({ content: 'one END two' }));
    await running;
    expect(source.failure).toBeUndefined();
    expect(textOf(sink.events)).toBe('one ');
    expect(call.letGo).toEqual(['cancelled']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hangs up and stops every timer when it is cancelled', async () => {
    const { source, call, running } = await asked();
    source.cancel();
    await running;
    expect(source.failure).toBeUndefined();
    expect(call.letGo).toContain('cancelled');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reads no more of an error than it needs', async () => {
    const { source, call, running, settle } = await asked({ head: { status: 500 } });
    for (let turn = 0; turn < 20; turn++) {
      call.say('x'.repeat(16 * 1024));
      await settle();
    }
    await running;
    expect(source.failure).toMatchObject({ kind: 'upstream-failed' });
    expect(call.taken).toBeLessThan(8);
    expect(call.letGo).toContain('cancelled');
  });

  it("understands Poe's error when it comes in pieces", async () => {
    const { source, call, running, settle } = await asked({ head: { status: 402 } });
    for (const piece of ['{"error":{"mes', 'sage":"No po', 'ints."}}']) {
      call.say(piece);
      await settle();
    }
    call.close();
    await running;
    expect(source.failure).toMatchObject({ kind: 'insufficient-points', message: 'No points.' });
  });
});
