/**
 * One call to Poe being answered: sends it, reads the reply chunk by chunk, and runs every event
 * synchronously through the stages into a sink. Which calls an answer takes is for `answering.ts`.
 */
import { GatewayError } from './core/error.ts';
import type { Sink } from './core/event.ts';
import type { GenerationRequest } from './core/request.ts';
import { ensureFinish } from './core/stages/ensure-finish.ts';
import type { Attachment, BodyReader, CallOptions, ReplyHead, Upstream } from './core/upstream.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Source } from './http/event-stream.ts';
import { type SilenceTimer, watchSilence } from './http/silence.ts';
import type { Platform, UpstreamReply } from './platform.ts';
import type { Spacing } from './policy/spacing.ts';

/** An error body is read no further than this, in bytes. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** What Poe may take from the last word to the end, in milliseconds. */
const ENDING = 5_000;

/** What one call needs. */
export interface GenerationOptions {
  readonly upstream: Upstream;
  readonly request: GenerationRequest;
  readonly call: CallOptions;
  /** What has to be with Poe before the call, if anything. */
  readonly attach?: (() => Promise<ReadonlyMap<string, Attachment>>) | undefined;
  /** From the upstream's reader to the sink. */
  readonly stages: (next: Sink) => Sink;
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
  /** When the time is up, in milliseconds since 1970. */
  readonly endsAt: number;
  /** Where calls have to wait for their turn. */
  readonly spacing: Spacing | undefined;
}

/** A call that is being answered. */
export interface Generation extends Source {
  /** Of Poe's reply; undefined while, or because, there is none. */
  readonly status: number | undefined;
}

/** Makes the call and reads its reply, one chunk an `advance`; the first `advance` sends it. */
export function generate(options: GenerationOptions): Generation {
  const { upstream, request, call, platform, signal, idleTimeout, spacing } = options;
  let reply: UpstreamReply | undefined;
  let reader: BodyReader | undefined;
  let silence: SilenceTimer | undefined;
  /** Runs once the answer itself is over. */
  let ending: ReturnType<typeof setTimeout> | undefined;
  /** Why there is nothing more to read, when it is not that Poe has said all. */
  let cut: GatewayError | undefined;
  const generation = {
    advance,
    cancel,
    over: false,
    failure: undefined as GatewayError | undefined,
    status: undefined as number | undefined,
  };
  return generation;

  function end(failure?: GatewayError): void {
    if (generation.over) return;
    generation.over = true;
    generation.failure = failure;
  }

  /** What broke on the network. A signal that has aborted it knows better why. */
  function broken(error: unknown): GatewayError {
    return connectionError(signal.aborted ? signal.reason : error, reply ? 'during' : 'before');
  }

  async function start(): Promise<void> {
    const attachments = await options.attach?.();
    if (spacing) await spacing.turn(options.endsAt, signal);
    const head = await platform
      .send(upstream.build(request, attachments ? { ...call, attachments } : call), signal)
      .catch((error: unknown) => {
        throw broken(error);
      });
    reply = head;
    generation.status = head.status;
    options.onReply(head);
    if (head.status < 200 || head.status > 299) {
      const body = await readReplyText(head, ERROR_BODY_LIMIT).catch((error: unknown) => {
        throw broken(error);
      });
      return end(upstream.readError(head, body, call.key, platform.now()));
    }
    const chain = options.stages(ensureFinish(options.sink, end));
    reader = upstream.read(head, chain, { ...call, randomId: platform.randomId });
    // A bot that is asked for a whole answer is rightly silent until it has it.
    if (call.stream) silence = watchSilence(idleTimeout, platform.now, giveUp);
  }

  /** Hanging up ends the read that is under way. */
  function giveUp(): void {
    const words = `Poe fell silent for ${idleTimeout / 1000} seconds in the middle of its answer.`;
    cut = new GatewayError('upstream-timeout', words);
    reply?.cancel();
  }

  function release(): void {
    silence?.stop();
    clearTimeout(ending);
    // A complete answer leaves a connection that the next call can use; a cut one is hung up on.
    if (reader?.isComplete()) reply?.discard();
    else reply?.cancel();
  }

  async function advance(): Promise<void> {
    try {
      if (!reply || !reader) return await start();
      silence?.waiting();
      let bytes: Uint8Array | undefined;
      try {
        bytes = await reply.read();
      } catch (error) {
        cut ??= broken(error);
      }
      silence?.heard();
      if (bytes && !cut) {
        reader.feed(bytes);
        // The client has every word by now: it need not wait long for Poe to hang up.
        if (!generation.over && reader.isFinished?.()) ending ??= setTimeout(giveUp, ENDING);
      } else reader.end(cut);
    } catch (error) {
      end(error instanceof GatewayError ? error : options.unexpected(error));
    } finally {
      if (generation.over) release();
    }
  }

  function cancel(): void {
    end();
    release();
  }
}
