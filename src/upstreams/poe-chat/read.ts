/**
 * Poe's chat replies → neutral events, from a stream of chunks or from one whole completion.
 * Lenient where vendors differ (indexes and ids left out, reasoning under two names), strict where
 * silence would lose something: a cut or garbled stream is an error.
 */
import { GatewayError } from '../../core/error.ts';
import type { Sink, Usage } from '../../core/event.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { type AnswerReader, readAnswerBody } from '../poe-shared/answer-body.ts';
import { readFinishReason, readUsage, tellMessage } from '../poe-shared/chat-chunk.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';
import { readToolCalls, type ToolCallReader } from '../poe-shared/tool-calls.ts';

/** Reads the body of a 2xx reply. */
export function read(reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader {
  const toolCalls = readToolCalls(sink, context.randomId);
  return readAnswerBody(reply, context, readAnswer(sink, toolCalls, context.key));
}

function readAnswer(sink: Sink, toolCalls: ToolCallReader, key: string): AnswerReader {
  let started = false;
  let complete = false;
  /** Held until the end: the usage may come after it, and `finish` is the last event. */
  let finish: string | undefined;
  let usage: Usage | undefined;
  let usageTold = false;

  function fail(error: GatewayError): void {
    if (complete) return;
    complete = true;
    sink.event({ type: 'error', error });
  }

  function end(): void {
    if (complete) return;
    const unfinished = toolCalls.end(finish !== undefined);
    if (unfinished) return fail(unfinished);
    complete = true;
    tellUsage();
    const rawReason = finish ?? (toolCalls.any() ? 'tool_calls' : 'stop');
    sink.event({ type: 'finish', reason: readFinishReason(rawReason), rawReason });
  }

  /** The last counts that were read, once. */
  function tellUsage(): void {
    if (usage && !usageTold) sink.event({ type: 'usage', usage });
    usageTold = usage !== undefined;
  }

  function chunk(reply: JsonObject): void {
    if (complete) return;
    if (reply['error'] !== undefined && reply['error'] !== null)
      return fail(readPoeErrorObject(reply, key));
    if (!started) {
      started = true;
      const id = reply['id'];
      sink.event({
        type: 'response-start',
        id: typeof id === 'string' && id !== '' ? id : undefined,
      });
    }
    if (isJsonObject(reply['usage'])) usage = readUsage(reply['usage']) ?? usage;
    const choices: readonly JsonValue[] = Array.isArray(reply['choices']) ? reply['choices'] : [];
    const [choice] = choices;
    if (isJsonObject(choice)) {
      const { delta, message: whole } = choice;
      // The counts of a whole answer come first: a stop sequence in it ends the events.
      if (isJsonObject(whole)) tellUsage();
      if (isJsonObject(delta)) tellMessage(delta, false, sink, toolCalls);
      else if (isJsonObject(whole)) tellMessage(whole, true, sink, toolCalls);
      const reason = choice['finish_reason'];
      if (typeof reason === 'string' && reason !== '') finish = reason;
    }
  }

  return {
    piece(data, name) {
      chunk(name === 'error' && data['error'] === undefined ? { error: data } : data);
    },
    whole: chunk,
    end,
    fail: (words) => fail(new GatewayError('upstream-failed', words)),
    close(failure) {
      // With a finish reason everything has been said, even if the last line never came.
      if (finish !== undefined) end();
      else if (failure) fail(failure);
      sink.end();
    },
    isFinished: () => finish !== undefined,
    isComplete: () => complete,
  };
}
