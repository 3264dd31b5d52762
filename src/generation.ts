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
import type { BodyReader, CallOptions, ReplyHead, Upstream } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Source } from './http/event-stream.ts';
import { type SilenceTimer, watchSilence } from './http/silence.ts';
import type { Platform, UpstreamReply } from './platform.ts';

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
  /** What to say of a mistake of ours, which is logged. */
  readonly unexpected: (cause: unknown) => GatewayError;
  /** Aborts when the client leaves or the time is up; the reason is a `GatewayError`. */
  readonly signal: AbortSignal;
}

/**
 * Makes the call and reads its reply, one chunk an `advance`; the first `advance` sends it. Once
 * Poe has begun to answer nothing is ever retried: the user has been charged.
 */
export function generate(options: GenerationOptions): Source {
  const { upstream, request, call, platform, signal, idleTimeout } = options;
  let reply: UpstreamReply | undefined;
  let reader: BodyReader | undefined;
  let silence: SilenceTimer | undefined;
  let silent: GatewayError | undefined;
  const generation = {
    advance,
    cancel,
    over: false,
    failure: undefined as GatewayError | undefined,
  };
  return generation;

  function end(failure?: GatewayError): void {
    if (generation.over) return;
    generation.over = true;
    generation.failure = failure;
  }

  /** Work on the network. A signal that has aborted it knows better why it failed. */
  async function connected<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw connectionError(signal.aborted ? signal.reason : error, reply ? 'during' : 'before');
    }
  }

  async function start(): Promise<void> {
    reply = await connected(platform.send(upstream.build(request, call), signal));
    options.onReply(reply);
    if (reply.status < 200 || reply.status > 299) {
      const body = await connected(readReplyText(reply, ERROR_BODY_LIMIT));
      return end(upstream.readError(reply, body, call.key));
    }
    const chain = cutAtStop(request.stop, measureUsage(request, ensureFinish(options.sink, end)));
    reader = upstream.read(reply, chain, { ...call, randomId: platform.randomId });
    // A bot that is asked for a whole answer is rightly silent until it has it.
    if (call.stream) silence = watchSilence(idleTimeout, platform.now, giveUp);
  }

  /** Hanging up ends the read that is under way. */
  function giveUp(): void {
    const words = `Poe fell silent for ${idleTimeout / 1000} seconds in the middle of its answer.`;
    silent = new GatewayError('upstream-timeout', words);
    reply?.cancel();
  }

  async function read(from: UpstreamReply, into: BodyReader): Promise<void> {
    silence?.waiting();
    let bytes: Uint8Array | undefined;
    try {
      bytes = await connected(from.read());
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return into.end(silent ?? error);
    }
    silence?.heard();
    if (bytes && !silent) into.feed(bytes);
    else into.end(silent);
  }

  function release(): void {
    silence?.stop();
    // A complete answer leaves a connection that the next call can use; a cut one is hung up on.
    if (reader?.isComplete()) reply?.discard();
    else reply?.cancel();
  }

  async function advance(): Promise<void> {
    try {
      await (reply && reader ? read(reply, reader) : start());
    } catch (error) {
      end(error instanceof GatewayError ? error : options.unexpected(error));
    }
    if (generation.over) release();
  }

  function cancel(): void {
    end();
    release();
  }
}
