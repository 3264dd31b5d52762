/**
 * The body of a streamed reply: read at the client's pace, kept alive while Poe is silent, and
 * ended in one way only.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/core/error.ts';
import { eventStream, type OutputBuffer, type Source } from '../../../src/http/event-stream.ts';

const KEEP_ALIVE = 15_000;
const COMMENT = ': keep-alive\n\n';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Turn = (output: OutputBuffer) => void;

/** A source that waits for the test's next turn. */
function playedSource(output: OutputBuffer) {
  const turns: Turn[] = [];
  let wake = (): void => undefined;
  let over = false;
  let failure: GatewayError | undefined;
  let cancelled = 0;
  let advances = 0;
  const source: Source = {
    async advance() {
      advances += 1;
      while (turns.length === 0 && !source.over)
        await new Promise<void>((resolve) => (wake = resolve));
      turns.shift()?.(output);
    },
    get over() {
      return over;
    },
    get failure() {
      return failure;
    },
    cancel() {
      cancelled += 1;
      over = true;
      wake();
    },
  };
  const play = (turn: Turn): void => {
    turns.push(turn);
    wake();
  };
  return {
    source,
    say: (text: string) => play((into) => (into.text += text)),
    finish: (error?: GatewayError) =>
      play(() => {
        over = true;
        failure = error;
      }),
    cancelled: () => cancelled,
    advances: () => advances,
  };
}

function opened(opening: Promise<void> = Promise.resolve()) {
  const output: OutputBuffer = { text: '' };
  const played = playedSource(output);
  const outcomes: string[] = [];
  const controller = new AbortController();
  const stream = eventStream(played.source, output, {
    opening,
    keepAlive: KEEP_ALIVE,
    now: () => Date.now(),
    signal: controller.signal,
    writeFailure: ({ code }) => (output.text += `failed: ${code}`),
    onEnd: (outcome) => outcomes.push(outcome),
  });
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.getReader();
  const decoder = new TextDecoder();
  const read = async (): Promise<string | undefined> => {
    const { value } = await reader.read();
    return value && decoder.decode(value);
  };
  return { ...played, output, outcomes, reader, read, controller };
}

describe('eventStream', () => {
  it('sends what was written before it was opened first', async () => {
    const { output, read, advances } = opened();
    output.text = 'first';
    expect(await read()).toBe('first');
    expect(advances()).toBe(0);
  });

  it('sends one chunk for each step of the source, whatever that step wrote', async () => {
    const { say, read, finish, outcomes } = opened();
    say('a');
    say('');
    say('bc');
    expect(await read()).toBe('a');
    expect(await read()).toBe('bc');
    finish();
    expect(await read()).toBeUndefined();
    expect(outcomes).toEqual(['finished']);
  });

  it('fetches nothing that the client does not read', async () => {
    const { say, read, advances } = opened();
    for (const text of ['a', 'b', 'c']) say(text);
    await vi.advanceTimersByTimeAsync(1000);
    expect(advances()).toBe(0);
    await read();
    await vi.advanceTimersByTimeAsync(1000);
    expect(advances()).toBe(1);
  });

  it('sends a comment for every 15 s of silence while the client reads', async () => {
    const { say, read } = opened();
    for (let turn = 0; turn < 3; turn++) {
      const next = read();
      await vi.advanceTimersByTimeAsync(KEEP_ALIVE);
      expect(await next).toBe(COMMENT);
    }
    const next = read();
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE - 1);
    say('at last');
    expect(await next).toBe('at last');
  });

  it('sends a comment while the opening still waits for the first event', async () => {
    const { read } = opened(new Promise<void>(() => undefined));
    const next = read();
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE);
    expect(await next).toBe(COMMENT);
  });

  it('keeps no client alive that does not read', async () => {
    const { say, read } = opened();
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE * 10);
    say('a');
    expect(await read()).toBe('a');
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE * 10);
    say('b');
    expect(await read()).toBe('b');
  });

  it('queues at most one comment when the client stops reading during the silence', async () => {
    const { say, read } = opened();
    const next = read();
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE);
    expect(await next).toBe(COMMENT);
    await vi.advanceTimersByTimeAsync(KEEP_ALIVE * 10);
    say('a');
    await vi.advanceTimersByTimeAsync(0);
    const queued = [await read(), await read()];
    expect(queued).toContain('a');
  });

  it('writes a failure as the last chunk, then ends', async () => {
    const { finish, read, outcomes } = opened();
    finish(new GatewayError('overloaded', 'Too much.'));
    expect(await read()).toBe('failed: overloaded');
    expect(await read()).toBeUndefined();
    expect(outcomes).toEqual(['overloaded']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['before it reads', 'while it waits'])(
    'cancels the source when the client leaves %s',
    async (when) => {
      const { reader, read, cancelled, outcomes, say } = opened();
      const next = when === 'while it waits' ? read() : undefined;
      await vi.advanceTimersByTimeAsync(10);
      await reader.cancel();
      await next;
      say('too late');
      await vi.advanceTimersByTimeAsync(KEEP_ALIVE * 3);
      expect(cancelled()).toBe(1);
      expect(outcomes).toEqual(['client-gone']);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('closes the connection under a client that does not read when the time is up', async () => {
    const { controller, read, outcomes } = opened();
    controller.abort(new GatewayError('upstream-timeout', 'Time is up.'));
    await expect(read()).rejects.toMatchObject({ kind: 'upstream-timeout' });
    expect(outcomes).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
