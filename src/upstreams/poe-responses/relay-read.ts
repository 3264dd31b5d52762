/**
 * Replies of the responses endpoint, passed on: read only as far as it takes to know how the answer
 * ends and what it cost. A failure is never passed on: the client's room says it in its own words.
 */
import { GatewayError } from '../../core/error.ts';
import type { FinishReason, Sink } from '../../core/event.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { type AnswerReader, readAnswerBody } from '../poe-shared/answer-body.ts';
import { readFinishReason } from '../poe-shared/chat-chunk.ts';
import { hasError, readAnswerError } from './error.ts';
import { objectsIn, stringOf, usageOf } from './items.ts';
import { eventsOf } from './relay-events.ts';

/** They say nothing of the answer, and would take an early failure's status away. */
const EARLY: ReadonlySet<string> = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
]);

/** How a response ends; the last event is called by it. */
const ENDS = ['completed', 'incomplete', 'failed', 'cancelled'] as const;
const LAST: ReadonlySet<string> = new Set(ENDS.map((end) => `response.${end}`));

const CUT_SHORT = "Poe's answer ended before it was complete. Try again.";
const GARBLED = 'Poe sent a garbled piece of the answer. Try again.';

/** Reads the body of a 2xx reply. */
export function read(reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader {
  return readAnswerBody(reply, context, relayAnswer(sink, context));
}

function relayAnswer(sink: Sink, { key, stream }: ReadContext): AnswerReader {
  let complete = false;
  /** Early events, until something is said. */
  let held: { readonly name: string; readonly data: string }[] | undefined = [];
  /** For a reply that is to be whole. */
  const items: JsonObject[] = [];

  function fail(error: GatewayError): void {
    if (complete) return;
    complete = true;
    sink.event({ type: 'error', error });
  }
  const failWith = (words: string): void => fail(new GatewayError('upstream-failed', words));

  function tell(name: string, data: string): void {
    if (name === '') return;
    if (held && EARLY.has(name)) return void held.push({ name, data });
    for (const early of held ?? []) sink.event({ type: 'relayed-event', ...early });
    held = undefined;
    sink.event({ type: 'relayed-event', name, data });
  }

  /** @param status Where the response itself does not say how it ended: some never change theirs. */
  function conclude(response: JsonObject, status: string, tellIt: () => void): void {
    const known = ENDS.find((end) => end === response['status']) ?? status;
    if (hasError(response) || known === 'failed') return fail(readAnswerError(response, key));
    if (known === 'cancelled') return failWith('Poe cancelled the answer. Try again.');
    if (known !== 'completed' && known !== 'incomplete') return failWith(CUT_SHORT);
    tellIt();
    complete = true;
    const usage = isJsonObject(response['usage']) ? usageOf(response['usage']) : undefined;
    if (usage) sink.event({ type: 'usage', usage });
    const details = response['incomplete_details'];
    const word = isJsonObject(details) ? stringOf(details['reason']) : '';
    const rawReason = known === 'completed' ? known : word || known;
    sink.event({ type: 'finish', reason: reasonOf(rawReason), rawReason });
  }

  function last(event: JsonObject, type: string, text: string): void {
    const { response } = event;
    if (!isJsonObject(response)) return failWith(GARBLED);
    conclude(response, type.replace('response.', ''), () => {
      if (stream) tell(type, text);
      else sink.event({ type: 'relayed-reply', body: withOutput(response, items) });
    });
  }

  function piece(event: JsonObject, name: string | undefined, text: string): void {
    const type = name ?? stringOf(event['type']);
    // A failed response has its error within.
    if (type === 'error' || hasError(event)) return fail(readAnswerError(event, key));
    if (LAST.has(type)) return last(event, type, text);
    if (stream) return tell(type, text);
    const { item } = event;
    if (type === 'response.output_item.done' && isJsonObject(item)) items.push(item);
  }

  function whole(reply: JsonObject): void {
    const { status, output, type, message } = reply;
    const isResponse = typeof status === 'string' || Array.isArray(output);
    if (type === 'error' || (!isResponse && message)) return fail(readAnswerError(reply, key));
    if (!isResponse && !hasError(reply)) return failWith(CUT_SHORT);
    const end = stringOf(status) || 'completed';
    conclude(reply, end, () => {
      if (!stream) return sink.event({ type: 'relayed-reply', body: reply });
      for (const event of eventsOf(reply, `response.${end}`))
        tell(stringOf(event['type']), JSON.stringify(event));
    });
  }

  return {
    piece,
    whole,
    end: () => failWith(CUT_SHORT),
    fail: failWith,
    close(failure) {
      if (failure) fail(failure);
      else failWith(CUT_SHORT);
      sink.end();
    },
    isComplete: () => complete,
  };
}

/** The last event of some bots lacks what was told before. */
function withOutput(response: JsonObject, items: readonly JsonObject[]): JsonObject {
  const isEmpty = objectsIn(response['output']).length === 0;
  return isEmpty && items.length > 0 ? { ...response, output: items } : response;
}

function reasonOf(rawReason: string): FinishReason {
  if (rawReason === 'completed') return 'stop';
  const isLimit = rawReason === 'max_output_tokens' || rawReason === 'incomplete';
  return isLimit ? 'length' : readFinishReason(rawReason);
}
