/**
 * The body of a streamed reply: one `ReadableStream`, pulled by the client. Each pull reads one
 * network chunk from Poe and enqueues what it became once, so backpressure is the stream's own and
 * a client that leaves cancels the call to Poe on every runtime.
 */
import type { GatewayError } from '../core/error.ts';
import { watchSilence } from './silence.ts';

/** Something that makes progress one network chunk at a time. */
export interface Source {
  /** Reads one chunk and deals with it. Never rejects: a failure ends the source. */
  advance(): Promise<void>;
  readonly over: boolean;
  /** Why it is over, when it is not because all has been said. */
  readonly failure: GatewayError | undefined;
  cancel(): void;
}

/** Text that is written now and sent with the next enqueue. */
export interface OutputBuffer {
  text: string;
}

/** How the stream behaves around its source. */
export interface EventStreamOptions {
  /** An `advance` that is still under way when the stream is made. */
  readonly opening: Promise<void>;
  /** Milliseconds of silence after which a comment is sent. */
  readonly keepAlive: number;
  readonly now: () => number;
  /** When it aborts while the client does not read, the connection is closed under it. */
  readonly signal: AbortSignal;
  /** Writes a failure into the output, as the last event. */
  writeFailure(failure: GatewayError): void;
  /** Called once: with the failure, if there was one; `client-gone` when the client left. */
  onEnd(outcome: string): void;
}

/** A comment: every SSE client skips it, and no watchdog takes it for an event. */
const KEEP_ALIVE_COMMENT = new TextEncoder().encode(': keep-alive\n\n');

/** @param output Where the source's events end up as text. */
export function eventStream(
  source: Source,
  output: OutputBuffer,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let opening: Promise<void> | undefined = options.opening;
  let silence: ReturnType<typeof watchSilence>;
  let pulling = false;
  let ended = false;
  let detach = (): void => undefined;

  function end(outcome: string): void {
    ended = true;
    silence.stop();
    detach();
    options.onEnd(outcome);
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        silence = watchSilence(options.keepAlive, options.now, () => {
          // One comment may wait for a client that does not read, no more.
          if ((controller.desiredSize ?? 0) >= 0) controller.enqueue(KEEP_ALIVE_COMMENT);
        });
        // A pull that is under way ends by itself, with the failure as its last event.
        const onAbort = (): void => {
          if (pulling) return;
          controller.error(options.signal.reason);
          source.cancel();
          end('client-stalled');
        };
        options.signal.addEventListener('abort', onAbort);
        detach = () => options.signal.removeEventListener('abort', onAbort);
      },
      async pull(controller) {
        // Silence is Poe's only while a pull waits: a client that does not read is not kept alive.
        pulling = true;
        silence.waiting();
        if (opening) await opening;
        opening = undefined;
        while (output.text === '' && !source.over) await source.advance();
        silence.heard();
        if (ended) return;
        if (source.over && source.failure) options.writeFailure(source.failure);
        if (output.text !== '') controller.enqueue(encoder.encode(output.text));
        output.text = '';
        pulling = false;
        if (!source.over) return;
        controller.close();
        end(source.failure?.code ?? 'finished');
      },
      cancel() {
        source.cancel();
        end('client-gone');
      },
    },
    // No pull before the client asks: what is not read is not fetched.
    { highWaterMark: 0 },
  );
}
