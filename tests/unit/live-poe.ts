/**
 * A Poe that a test plays by hand: each call waits for what the test says next, and remembers
 * whether it was hung up on. Its clock is the machine's, so that fake timers move it.
 */
import type { UpstreamCall } from '../../src/core/upstream.ts';
import type { Platform, UpstreamReply } from '../../src/platform.ts';
import { bytesOf } from '../golden/replay.ts';

/** One call under way, as Poe sees it. */
interface LiveCall {
  readonly call: UpstreamCall;
  readonly signal: AbortSignal;
  /** Sends a chunk. */
  say(text: string): void;
  /** The body ends. */
  close(): void;
  /** The connection breaks. */
  breakOff(error: Error): void;
  /** How the caller let go of it. */
  readonly letGo: readonly ('discarded' | 'cancelled' | 'aborted')[];
  /** How many chunks the caller has taken. */
  readonly taken: number;
}

/** The platform, and the calls made through it. */
export interface LivePoe {
  readonly platform: Platform;
  readonly calls: readonly LiveCall[];
}

export interface Head {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param heads The status and headers of each call's reply; a 200 stream where none is given. */
export function livePoe(...heads: readonly Head[]): LivePoe {
  const calls: LiveCall[] = [];
  let ids = 0;
  return {
    calls,
    platform: {
      async send(call, signal) {
        // The model list is fetched beside a request; here it is none of the test's calls.
        if (call.url.endsWith('/models')) throw new Error('there is no list');
        const { live, reply } = liveCall(call, signal, heads[calls.length] ?? {});
        calls.push(live);
        return reply;
      },
      Response,
      now: () => Date.now(),
      randomId: () => String(++ids).padStart(24, '0'),
      digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
      log: () => undefined,
    },
  };
}

type Turn = Promise<Uint8Array | undefined>;

function liveCall(
  call: UpstreamCall,
  signal: AbortSignal,
  { status = 200, headers = { 'content-type': 'text/event-stream' } }: Head,
): { live: LiveCall; reply: UpstreamReply } {
  const turns: Turn[] = [];
  const letGo: ('discarded' | 'cancelled' | 'aborted')[] = [];
  let waiting: ((turn: Turn) => void) | undefined;
  let taken = 0;

  function play(turn: Turn): void {
    turn.catch(() => undefined);
    if (waiting) waiting(turn);
    else turns.push(turn);
    waiting = undefined;
  }
  function hangUp(how: 'discarded' | 'cancelled' | 'aborted', turn: Turn): void {
    letGo.push(how);
    turns.length = 0;
    play(turn);
  }
  signal.addEventListener('abort', () => hangUp('aborted', Promise.reject(signal.reason as Error)));

  const reply: UpstreamReply = {
    status,
    header: (name) => headers[name],
    read() {
      taken += 1;
      const turn = turns.shift();
      if (turn) return turn;
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    discard: () => hangUp('discarded', Promise.resolve(undefined)),
    cancel: () => hangUp('cancelled', Promise.resolve(undefined)),
  };
  const live: LiveCall = {
    call,
    signal,
    letGo,
    get taken() {
      return taken;
    },
    say: (text) => play(Promise.resolve(bytesOf(text))),
    close: () => play(Promise.resolve(undefined)),
    breakOff: (error) => play(Promise.reject(error)),
  };
  return { live, reply };
}

/** One streamed chunk of Poe's. */
export function chunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-live', choices })}\n\n`;
}
