/**
 * One native answer as its events come in: what of it has been said, and how it ends. It starts
 * with the first thing said, so that an error before it still has a status of its own.
 */
import { GatewayError } from '../../core/error.ts';
import type { OutputFile, Sink, Usage } from '../../core/event.ts';
import type { ReadContext } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { readFinishReason, readUsage, tellMessage } from '../poe-shared/chat-chunk.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';
import { readToolCalls } from '../poe-shared/tool-calls.ts';

/** Takes an answer piece by piece. After its end everything is ignored. */
export interface BotAnswer {
  text(text: string): void;
  replace(text: string): void;
  file(file: OutputFile): void;
  /** A `json` event: a chunk of a chat completion, with text, tool calls or token counts. */
  chunk(chunk: JsonObject): void;
  /** The bot said that it is done. */
  done(): void;
  fail(error: GatewayError): void;
  /** The bytes are over. */
  close(failure?: GatewayError): void;
  isComplete(): boolean;
}

/** Starts an answer whose events go into the sink. */
export function botAnswer(sink: Sink, context: ReadContext): BotAnswer {
  const toolCalls = readToolCalls(sink, context.randomId);
  let started = false;
  let complete = false;
  /** Held until the end: the usage may come after it, and `finish` is the last event. */
  let finish: string | undefined;
  let usage: Usage | undefined;

  function start(id?: string): void {
    if (!started) sink.event({ type: 'response-start', id });
    started = true;
  }

  function fail(error: GatewayError): void {
    if (complete) return;
    complete = true;
    sink.event({ type: 'error', error });
  }

  function end(): void {
    if (complete) return;
    if (!started) return fail(failed('The bot ended its answer without saying anything.'));
    const unfinished = toolCalls.end(finish !== undefined);
    if (unfinished) return fail(unfinished);
    complete = true;
    if (usage) sink.event({ type: 'usage', usage });
    const rawReason = finish ?? (toolCalls.any() ? 'tool_calls' : 'stop');
    sink.event({ type: 'finish', reason: readFinishReason(rawReason), rawReason });
  }

  function choice({ delta: piece, message: whole, finish_reason: reason }: JsonObject): void {
    const message = isJsonObject(piece) ? piece : whole;
    if (isJsonObject(message)) tellMessage(message, message === whole, sink, toolCalls);
    if (typeof reason === 'string' && reason !== '') finish = reason;
  }

  return {
    text(text) {
      if (complete) return;
      start();
      if (text !== '') sink.event({ type: 'text-delta', text });
    },
    replace(text) {
      if (complete) return;
      start();
      sink.event({ type: 'text-replace', text });
    },
    file(file) {
      if (complete) return;
      start();
      sink.event({ type: 'file', file });
    },
    chunk(chunk) {
      if (complete) return;
      if (chunk['error'] !== undefined && chunk['error'] !== null)
        return fail(readPoeErrorObject(chunk, context.key));
      start(typeof chunk['id'] === 'string' && chunk['id'] !== '' ? chunk['id'] : undefined);
      if (isJsonObject(chunk['usage'])) usage = readUsage(chunk['usage']) ?? usage;
      const choices: readonly JsonValue[] = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
      const [first] = choices;
      if (isJsonObject(first)) choice(first);
    },
    done: end,
    fail,
    close(failure) {
      // With a finish reason everything has been said, even if `done` never came.
      if (finish !== undefined) end();
      else fail(failure ?? failed("The bot's answer ended before it was complete."));
      sink.end();
    },
    isComplete: () => complete,
  };
}

/** A failure that is the bot's. */
export function failed(problem: string): GatewayError {
  return new GatewayError('upstream-failed', `${problem} Try again.`);
}
