/**
 * Replies of the messages endpoint, passed on: read only as far as it takes to know how the answer
 * ends and what it cost. What the client was not promised (a whole reply for a stream, or a stream
 * for a whole reply) is brought into the form that it was.
 */
import { GatewayError } from '../../core/error.ts';
import type { Sink } from '../../core/event.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { type AnswerReader, readAnswerBody } from '../poe-shared/answer-body.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';
import { eventsOf, NOTHING_COUNTED } from './events.ts';
import { foldMessage } from './fold.ts';
import { repair } from './repair.ts';
import { mergeUsage, reasonOf, usageOf } from './usage.ts';

const GARBLED = 'Poe sent a garbled piece of the answer. Try again.';
const CUT_SHORT = "Poe's answer ended before it was complete. Try again.";

/** Reads the body of a 2xx reply. */
export function read(reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader {
  return readAnswerBody(reply, context, relayAnswer(sink, context));
}

function relayAnswer(sink: Sink, { key, stream }: ReadContext): AnswerReader {
  const fold = stream ? undefined : foldMessage();
  let started = false;
  let complete = false;
  let counted: JsonObject = {};
  let stopReason: string | undefined;
  let stopSequence: string | undefined;

  function fail(error: GatewayError): void {
    if (complete) return;
    complete = true;
    sink.event({ type: 'error', error });
  }

  function garbled(): void {
    fail(new GatewayError('upstream-failed', GARBLED));
  }

  const tell = repair((name, event, data) => {
    if (fold) fold.event(event);
    else sink.event({ type: 'relayed-event', name, data });
  });

  /** How it ended, where this says so. */
  function note({ stop_reason: reason, stop_sequence: sequence }: JsonObject): void {
    if (typeof reason === 'string') stopReason = reason;
    if (typeof sequence === 'string') stopSequence = sequence;
  }

  /** @param body The reply; left out when the answer was told in events. */
  function finish(body?: JsonObject): void {
    if (body) sink.event({ type: 'relayed-reply', body });
    complete = true;
    const usage = usageOf(counted);
    if (usage) sink.event({ type: 'usage', usage });
    const rawReason = stopReason ?? 'end_turn';
    sink.event({ type: 'finish', reason: reasonOf(rawReason), rawReason, stopSequence });
  }

  function stop(event: JsonObject, data: string): void {
    tell('message_stop', event, data);
    if (!fold) return finish();
    const message = fold.message();
    if (message) finish({ ...message, usage: { ...NOTHING_COUNTED, ...counted } });
    else garbled();
  }

  function piece(event: JsonObject, name: string | undefined, text: string): void {
    const { type, message, delta, usage } = event;
    const told = name ?? (typeof type === 'string' ? type : '');
    if (told === 'error' || hasError(event)) return fail(readPoeErrorObject(event, key));
    if (!started) {
      // What comes before the message says nothing, and would take an error's status away.
      if (told === 'message_start' && isJsonObject(message)) {
        started = true;
        counted = mergeUsage(counted, message['usage']);
      } else return /^(message|content_block)_/.test(told) ? garbled() : undefined;
    }
    if (told === '') return;
    if (told === 'message_stop') return stop(event, text);
    if (told === 'message_delta') {
      if (isJsonObject(delta)) note(delta);
      counted = mergeUsage(counted, usage);
    }
    tell(told, event, text);
  }

  function whole(reply: JsonObject): void {
    if (reply['type'] === 'error' || hasError(reply)) return fail(readPoeErrorObject(reply, key));
    if (!Array.isArray(reply['content'])) return garbled();
    if (stream) for (const event of eventsOf(reply)) piece(event, undefined, JSON.stringify(event));
    else {
      note(reply);
      counted = mergeUsage(counted, reply['usage']);
      finish(isJsonObject(reply['usage']) ? reply : { ...reply, usage: NOTHING_COUNTED });
    }
  }

  /** With a reason to stop everything has been said, even if the last event never came. */
  function end(failure?: GatewayError): void {
    if (complete) return;
    const last = { type: 'message_stop' };
    if (stopReason !== undefined) stop(last, JSON.stringify(last));
    else fail(failure ?? new GatewayError('upstream-failed', CUT_SHORT));
  }

  return {
    piece,
    whole,
    end,
    fail: (words) => end(new GatewayError('upstream-failed', words)),
    close(failure) {
      end(failure);
      sink.end();
    },
    isFinished: () => stopReason !== undefined,
    isComplete: () => complete,
  };
}

function hasError({ error }: JsonObject): boolean {
  return error !== undefined && error !== null;
}
