/**
 * One call to Poe being answered: sends it, reads the reply chunk by chunk, and runs every event
 * synchronously through the stages into the sink that writes the client's reply.
 */
import { GatewayError } from './core/error.ts';
import type { Sink } from './core/event.ts';
import type { GenerationRequest } from './core/request.ts';
import { cutAtStop } from './core/stages/cut-at-stop.ts';
import { ensureFinish } from './core/stages/ensure-finish.ts';
import { measureUsage } from './core/stages/measure-usage.ts';
import type { CallOptions, ReplyHead, Upstream } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Source } from './http/event-stream.ts';
import { watchSilence } from './http/silence.ts';
import type { Platform } from './platform.ts';

/** An error body is read no further than this, in bytes. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** What one call needs. */
export interface GenerationOptions {
  readonly upstream: Upstream;
  readonly request: GenerationRequest;
  readonly call: CallOptions;
  readonly sink: Sink;
  readonly platform: Platform;
  /** Milliseconds of silence after which a streaming Poe is given up. */
  readonly idleTimeout: number;
  /** Told of the reply's head, be it an answer or a refusal. */
  readonly onReply: (reply: ReplyHead) => void;
  /** Aborts when the client leaves or the time is up; the reason is a `GatewayError`. */
  readonly signal: AbortSignal;
}

/**
 * Asks Poe. Once this resolves Poe has begun to answer, and nothing is ever retried: the user has
 * been charged.
 *
 * @throws {GatewayError} when Poe refuses, cannot be reached, or the signal aborts.
 */
export async function startGeneration(options: GenerationOptions): Promise<Source> {
  const { upstream, request, call, platform, signal } = options;
  const reply = await platform
    .send(upstream.build(request, call), signal)
    .catch((error: unknown) => {
      throw connectionError(signal.aborted ? signal.reason : error, 'before');
    });
  options.onReply(reply);
  if (reply.status < 200 || reply.status > 299) {
    const body = await readReplyText(reply, ERROR_BODY_LIMIT).catch(() => '');
    throw upstream.readError(reply, body, call.key);
  }

  let over = false;
  let failure: GatewayError | undefined;
  const last = ensureFinish(options.sink, (error) => {
    over = true;
    failure = error;
  });
  const chain = cutAtStop(request.stop, measureUsage(request, last));
  const reader = upstream.read(reply, chain, { key: call.key, randomId: platform.randomId });
  const silence = call.stream ? watchSilence(options.idleTimeout, platform.now, giveUp) : undefined;
  let silent: GatewayError | undefined;

  /** Hanging up ends the read that is under way. */
  function giveUp(): void {
    const words = `Poe fell silent for ${options.idleTimeout / 1000} seconds in the middle of its answer.`;
    silent = new GatewayError('upstream-timeout', words);
    reply.cancel();
  }

  function release(): void {
    silence?.stop();
    // A complete answer leaves a connection that the next call can use; a cut one is hung up on.
    if (reader.complete) reply.discard();
    else reply.cancel();
  }

  return {
    async advance() {
      silence?.waiting();
      try {
        const bytes = await reply.read();
        if (bytes && !silent) reader.feed(bytes);
        else reader.end(silent);
      } catch (error) {
        reader.end(silent ?? connectionError(signal.aborted ? signal.reason : error, 'during'));
      }
      silence?.heard();
      if (over) release();
    },
    get over() {
      return over;
    },
    get failure() {
      return failure;
    },
    cancel() {
      over = true;
      release();
    },
  };
}

/**
 * Several generations as one: it makes progress when any of them does, and is over when all are, or
 * when one has failed. Each has at most one read under way, so a slow client slows all of them.
 */
export function together(generations: readonly Source[]): Source {
  const [only] = generations;
  if (only && generations.length === 1) return only;
  let resting = [...generations];
  let progressed: Source[] = [];
  let wake = (): void => undefined;
  const failed = (): Source | undefined => generations.find((generation) => generation.failure);

  function cancel(): void {
    for (const generation of generations) if (!generation.over) generation.cancel();
  }

  return {
    async advance() {
      for (const generation of resting) {
        void generation.advance().then(() => {
          progressed.push(generation);
          wake();
        });
      }
      resting = [];
      if (progressed.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      resting = progressed.filter((generation) => !generation.over);
      progressed = [];
      if (failed()) cancel();
    },
    get over() {
      return generations.every((generation) => generation.over);
    },
    get failure() {
      return failed()?.failure;
    },
    cancel,
  };
}
