/**
 * One response as its events come in, or whole. It starts with the first thing said, so that a
 * failure right after `response.created` still has a status of its own.
 */
import { GatewayError } from '../../core/error.ts';
import type { FinishReason, Sink } from '../../core/event.ts';
import type { ReadContext } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import type { AnswerReader } from '../poe-shared/answer-body.ts';
import { readFinishReason } from '../poe-shared/chat-chunk.ts';
import { readCalls } from './calls.ts';
import { hasError, readAnswerError } from './error.ts';
import { keyOf, objectsIn, partOf, partsOf, placeOf, stringOf, usageOf } from './items.ts';
import { type PartKind, readParts } from './parts.ts';

/** Events with a piece of a part, and those with all of it. */
const PART_BY_EVENT: Readonly<Record<string, PartKind>> = {
  'response.output_text': 'text',
  'response.refusal': 'refusal',
  'response.reasoning_summary_text': 'summary',
  'response.reasoning_text': 'thought',
};

/** Last events → the status that they stand for. */
const STATUS_BY_EVENT: Readonly<Record<string, string>> = {
  'response.completed': 'completed',
  'response.done': 'completed',
  'response.incomplete': 'incomplete',
  'response.failed': 'failed',
  'response.cancelled': 'cancelled',
};

/** Why a response is incomplete, beside the words that the chat endpoint has. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  incomplete: 'length',
};

/** Starts an answer whose events go into the sink. */
export function responseAnswer(sink: Sink, { key, randomId }: ReadContext): AnswerReader {
  let id: string | undefined;
  let started = false;
  let complete = false;
  const told: Sink = {
    event(event) {
      if (!started) sink.event({ type: 'response-start', id });
      started = true;
      sink.event(event);
    },
    end: () => sink.end(),
  };
  const parts = readParts(told);
  const calls = readCalls(told, randomId);

  function fail(error: GatewayError): void {
    if (complete) return;
    complete = true;
    sink.event({ type: 'error', error });
  }

  function finish(rawReason: string, finished: boolean): void {
    const unfinished = calls.end(finished);
    if (unfinished) return fail(unfinished);
    complete = true;
    const isOver = rawReason === 'completed';
    const reason = isOver ? 'stop' : (entryOf(REASONS, rawReason) ?? readFinishReason(rawReason));
    told.event({
      type: 'finish',
      reason: isOver && calls.any() ? 'tool-calls' : reason,
      rawReason,
    });
  }

  /** The response with everything in it. What of it was told before is not told again. */
  function conclude(response: JsonObject, statusOfEvent: string): void {
    const { status, incomplete_details: details } = response;
    const known = Object.values(STATUS_BY_EVENT).find((word) => word === status) ?? statusOfEvent;
    if (hasError(response) || known === 'failed') return fail(readAnswerError(response, key));
    if (known === 'cancelled') return fail(failed('Poe cancelled the answer. Try again.'));
    // Before the words: a stop sequence in a whole answer ends the events.
    const usage = isJsonObject(response['usage']) ? usageOf(response['usage']) : undefined;
    if (usage) told.event({ type: 'usage', usage });
    let position = 0;
    for (const item of objectsIn(response['output'])) {
      if (item['type'] === 'function_call') calls.final(position++, item);
      else for (const part of partsOf(item)) parts.final(part.kind, part.text);
    }
    const reason = isJsonObject(details) ? details['reason'] : undefined;
    if (known !== 'incomplete') finish('completed', true);
    else finish(typeof reason === 'string' && reason !== '' ? reason : known, true);
  }

  function itemAdded(event: JsonObject): void {
    const { item } = event;
    if (isJsonObject(item) && item['type'] === 'function_call')
      calls.added(placeOf(event, item), item);
  }

  function itemDone(event: JsonObject): void {
    const { item } = event;
    if (!isJsonObject(item)) return;
    const place = placeOf(event, item);
    if (item['type'] === 'function_call') return calls.whole(place, item);
    for (const { kind, position, text } of partsOf(item))
      parts.whole(kind, keyOf(place, position), text);
  }

  /** A piece of a part, a whole one, or nothing that is known: what is new there is ignored. */
  function partEvent(event: JsonObject, type: string): void {
    const end = type.lastIndexOf('.');
    const kind = entryOf(PART_BY_EVENT, type.slice(0, end));
    const partKey = keyOf(placeOf(event), event['content_index'] ?? event['summary_index']);
    if (type === 'response.content_part.done' || type === 'response.reasoning_summary_part.done') {
      const part = isJsonObject(event['part']) ? partOf(event['part']) : undefined;
      if (part) parts.whole(part.kind, partKey, part.text);
    } else if (kind && type.endsWith('.delta'))
      parts.delta(kind, partKey, stringOf(event['delta']));
    else if (kind && type.endsWith('.done'))
      parts.whole(kind, partKey, stringOf(event[kind === 'refusal' ? 'refusal' : 'text']));
  }

  return {
    piece(event, name) {
      if (complete) return;
      const type = stringOf(event['type']) || (name ?? '');
      if (type === 'error' || hasError(event)) return fail(readAnswerError(event, key));
      const response = isJsonObject(event['response']) ? event['response'] : {};
      id ??= stringOf(response['id']) || undefined;
      const status = entryOf(STATUS_BY_EVENT, type);
      if (status !== undefined) return conclude(response, status);
      switch (type) {
        case 'response.output_item.added':
          return itemAdded(event);
        case 'response.output_item.done':
          return itemDone(event);
        case 'response.function_call_arguments.delta':
          return calls.delta(placeOf(event), stringOf(event['delta']));
        case 'response.function_call_arguments.done':
          return calls.whole(placeOf(event), event);
        default:
          return partEvent(event, type);
      }
    },
    whole(response) {
      id = stringOf(response['id']) || undefined;
      const { status, output, type } = response;
      const isResponse = typeof status === 'string' || Array.isArray(output);
      if (hasError(response) || type === 'error' || (!isResponse && response['message']))
        return fail(readAnswerError(response, key));
      const isOpen = status === 'in_progress' || status === 'queued';
      if (isOpen || !isResponse) return fail(cutShort());
      conclude(response, 'completed');
    },
    end() {
      // An end without an answer before it is none.
      if (!complete && !started) fail(cutShort());
      else if (!complete) finish('completed', false);
    },
    fail: (words) => fail(failed(words)),
    close(failure) {
      fail(failure ?? cutShort());
      sink.end();
    },
    isComplete: () => complete,
  };
}

function failed(words: string): GatewayError {
  return new GatewayError('upstream-failed', words);
}

function cutShort(): GatewayError {
  return failed("Poe's answer ended before it was complete. Try again.");
}
