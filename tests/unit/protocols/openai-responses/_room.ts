/** What the tests of this room share: a request understood at once, and its answer in both forms. */
import { foldCompletion } from '../../../../src/core/completion.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import type { AnswerIdentity, ParsedRequest } from '../../../../src/core/protocol.ts';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import {
  openaiResponses,
  type ResponseMemory,
} from '../../../../src/protocols/openai-responses/index.ts';

const ANSWER: AnswerIdentity = { id: 'abc', created: 1_700_000_000, model: 'GPT-5' };

/** A tool that is a function, with nothing special. */
export const CLOCK = { type: 'function', name: 'clock', parameters: { type: 'object' } };

/** Understands a request that refers to nothing. */
export function read(body: JsonValue, memory?: ResponseMemory): ParsedRequest {
  const parsed = openaiResponses(memory).parse(body, { get: () => null });
  if (parsed instanceof Promise) throw new Error('It refers to something.');
  return parsed;
}

/** The neutral request of a conversation. */
export function ask(
  input: JsonValue,
  fields: JsonObject = {},
): GenerationRequest & { readonly ignored: readonly string[] } {
  const { request, ignored } = read({ input, ...fields });
  return { ...request, ignored };
}

/** The frames of an answer. */
export function streamOf(
  events: readonly GenerationEvent[],
  parsed: ParsedRequest = read({ input: 'Hi' }),
): string {
  let stream = '';
  const [sink] = parsed.renderStream(ANSWER, (frames) => (stream += frames));
  for (const event of events) sink?.event(event);
  return stream;
}

/** The whole reply of an answer. */
export function wholeOf(
  events: readonly GenerationEvent[],
  parsed: ParsedRequest = read({ input: 'Hi' }),
): JsonObject {
  const fold = foldCompletion();
  for (const event of events) fold.sink.event(event);
  return parsed.render([fold.completion()], ANSWER) as JsonObject;
}

export const START: GenerationEvent = { type: 'response-start', id: 'chatcmpl-1' };
export const USAGE: GenerationEvent = {
  type: 'usage',
  usage: {
    inputTokens: 7,
    outputTokens: 5,
    cachedInputTokens: 2,
    reasoningTokens: 3,
    estimated: false,
  },
};
export const STOP: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

export const says = (text: string): GenerationEvent => ({ type: 'text-delta', text });
export const thinks = (text: string): GenerationEvent => ({ type: 'reasoning-delta', text });
export const refuses = (text: string): GenerationEvent => ({ type: 'refusal-delta', text });
export const calls = (index: number, name: string, json = ''): GenerationEvent => ({
  type: 'tool-call-delta',
  index,
  id: `call_${index}`,
  name,
  arguments: json,
});
export const grows = (index: number, json: string): GenerationEvent => ({
  type: 'tool-call-delta',
  index,
  arguments: json,
});
