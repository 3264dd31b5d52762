/**
 * Poe's chat replies → neutral events, from a stream of chunks or from one whole completion.
 * Lenient where vendors differ (indexes and ids left out, reasoning under two names), strict where
 * silence would lose something: a cut or garbled stream is an error.
 */
import { GatewayError } from '../../core/error.ts';
import type { FinishReason, Sink, Usage } from '../../core/event.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { readSse } from '../../http/sse-read.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';
import { readToolCalls, type ToolCallReader } from './tool-calls.ts';

/** A whole completion may not be longer than this, in bytes. */
const BODY_LIMIT = 64 * 1024 * 1024;

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  safety: 'content-filter',
};

/** Chooses the reader by what Poe sent, not by what it was asked for: some bots ignore `stream`. */
export function read(reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader {
  const answer = readAnswer(sink, readToolCalls(sink, context.randomId), context.key);
  const type = (reply.header('content-type') ?? '').toLowerCase();
  const isStream = type.includes('event-stream') || (context.stream && !type.includes('json'));
  return isStream ? readStream(answer) : readWhole(answer);
}

function readStream(answer: AnswerReader): BodyReader {
  const sse = readSse(
    (data, name) => {
      if (answer.isComplete() || data === '') return;
      if (data === '[DONE]') return answer.end();
      const chunk = parseJson(data);
      if (!isJsonObject(chunk))
        return answer.fail('Poe sent a garbled piece of the answer. Try again.');
      if (name === 'error' && chunk['error'] === undefined) answer.chunk({ error: chunk });
      else answer.chunk(chunk);
    },
    () => answer.fail('Poe sent a piece of the answer that is too large.'),
  );
  return {
    feed: (bytes) => sse.feed(bytes),
    end(failure) {
      if (!failure) sse.end();
      answer.close(failure);
    },
    isComplete: () => answer.isComplete(),
  };
}

function readWhole(answer: AnswerReader): BodyReader {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    feed(bytes) {
      size += bytes.byteLength;
      if (size > BODY_LIMIT) return answer.fail('Poe sent an answer that is too large.');
      chunks.push(bytes);
    },
    end(failure) {
      if (failure || answer.isComplete()) return answer.close(failure);
      const completion = parseJson(joinText(chunks));
      if (isJsonObject(completion)) answer.chunk(completion);
      else answer.fail("Poe's answer was cut short or garbled. Try again.");
      answer.close();
    },
    isComplete: () => answer.isComplete(),
  };
}

/** Joined before they are decoded: a decoder that streams costs much more than one that does not. */
function joinText(chunks: readonly Uint8Array[]): string {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return new TextDecoder().decode(bytes);
}

interface AnswerReader {
  /** One chunk, or the whole completion. */
  chunk(reply: JsonObject): void;
  /** Poe said that the answer is over: emits what is owed. */
  end(): void;
  fail(message: string): void;
  /** The bytes are over. */
  close(failure?: GatewayError): void;
  isComplete(): boolean;
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
    const reason = entryOf(FINISH_REASONS, rawReason.toLowerCase()) ?? 'other';
    sink.event({ type: 'finish', reason, rawReason });
  }

  /** The last counts that were read, once. */
  function tellUsage(): void {
    if (usage && !usageTold) sink.event({ type: 'usage', usage });
    usageTold = usage !== undefined;
  }

  function message(delta: JsonObject, whole: boolean): void {
    const text = plainText(delta['content']);
    // Both names carry the same text where both are there.
    const reasoning = plainText(delta['reasoning_content']) || plainText(delta['reasoning']);
    const refusal = plainText(delta['refusal']);
    if (reasoning !== '') sink.event({ type: 'reasoning-delta', text: reasoning });
    if (text !== '') sink.event({ type: 'text-delta', text });
    if (refusal !== '') sink.event({ type: 'refusal-delta', text: refusal });
    if (Array.isArray(delta['tool_calls'])) toolCalls.deltas(delta['tool_calls'], whole);
    else if (isJsonObject(delta['function_call']))
      toolCalls.deltas([{ index: 0, function: delta['function_call'] }], whole);
  }

  return {
    chunk(reply) {
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
        if (isJsonObject(delta)) message(delta, false);
        else if (isJsonObject(whole)) message(whole, true);
        const reason = choice['finish_reason'];
        if (typeof reason === 'string' && reason !== '') finish = reason;
      }
    },
    end,
    fail: (words) => fail(new GatewayError('upstream-failed', words)),
    close(failure) {
      // With a finish reason everything has been said, even if the last line never came.
      if (finish !== undefined) end();
      else if (failure) fail(failure);
      sink.end();
    },
    isComplete: () => complete,
  };
}

/** A string, or the text of content parts. */
function plainText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts: readonly JsonValue[] = content;
  return parts
    .map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function readUsage(usage: JsonObject): Usage | undefined {
  const inputTokens = count(usage['prompt_tokens']);
  const outputTokens = count(usage['completion_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cachedInputTokens: detail(usage['prompt_tokens_details'], 'cached_tokens'),
    reasoningTokens: detail(usage['completion_tokens_details'], 'reasoning_tokens'),
    estimated: false,
  };
}

function detail(details: JsonValue | undefined, name: string): number | undefined {
  return isJsonObject(details) ? count(details[name]) : undefined;
}

function count(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.round(value) : undefined;
}
