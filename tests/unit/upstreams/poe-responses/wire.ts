/**
 * What the transcripts are made of: the events of OpenAI's stream as documented, and the neutral
 * events that they become.
 */
import { expect } from 'vitest';
import type { FinishReason } from '../../../../src/core/event.ts';

export interface Transcript {
  readonly name: string;
  readonly lines: readonly string[];
  /** The room's events; adjoining deltas are joined before they are compared. */
  readonly events: readonly unknown[];
}

/** One event, named after its type. */
export function sse(type: string, members: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** The same without a name. */
export function bare(type: string, members: object = {}): string {
  return `data: ${JSON.stringify({ type, ...members })}\n\n`;
}

export const ID = 'resp_1';
export const START = { type: 'response-start', id: ID };
export const NAMELESS_START = { type: 'response-start', id: undefined };
export const text = (words: string) => ({ type: 'text-delta', text: words });
export const thought = (words: string) => ({ type: 'reasoning-delta', text: words });
export const refusal = (words: string) => ({ type: 'refusal-delta', text: words });
export const called = (index: number, id: string, name: string, args: string) => ({
  type: 'tool-call-delta',
  index,
  id,
  name,
  arguments: args,
});
export const usage = (
  inputTokens: number,
  outputTokens: number,
  cached?: number,
  thinking?: number,
) => ({
  type: 'usage',
  usage: {
    inputTokens,
    outputTokens,
    cachedInputTokens: cached,
    reasoningTokens: thinking,
    estimated: false,
  },
});
export const finish = (reason: FinishReason = 'stop', rawReason = 'completed') => ({
  type: 'finish',
  reason,
  rawReason,
});
export const error = (kind: string, message: unknown) => ({
  type: 'error',
  error: { kind, message },
});
export const CUT = error(
  'upstream-failed',
  "Poe's answer ended before it was complete. Try again.",
);
export const HALF_CALL = error(
  'upstream-failed',
  expect.stringContaining('tool call was cut short'),
);

const USAGE = {
  input_tokens: 14,
  input_tokens_details: { cached_tokens: 3 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 19,
};
export const USED = usage(14, 5, 3, 2);

export const HEAD = { id: ID, object: 'response', status: 'in_progress', output: [], error: null };
export const CREATED =
  sse('response.created', { sequence_number: 0, response: HEAD }) +
  sse('response.in_progress', { sequence_number: 1, response: HEAD });

/** A response as it is when it is over. */
export function whole(output: readonly object[], changes: object = {}): object {
  return { ...HEAD, status: 'completed', output, usage: USAGE, ...changes };
}
export const completed = (output: readonly object[], changes: object = {}) =>
  sse('response.completed', { response: whole(output, changes) });
export const incomplete = (output: readonly object[], reason?: string) =>
  sse('response.incomplete', {
    response: whole(output, {
      status: 'incomplete',
      incomplete_details: reason === undefined ? null : { reason },
    }),
  });

export const part = (words: string) => ({ type: 'output_text', text: words, annotations: [] });
export const message = (...words: readonly string[]) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: words.map(part),
});
export const summarized = (...words: readonly string[]) => ({
  id: 'rs_1',
  type: 'reasoning',
  summary: words.map((one) => ({ type: 'summary_text', text: one })),
});
export const call = (id: string, name: string, args: unknown, changes: object = {}) => ({
  id: `fc_${id}`,
  type: 'function_call',
  call_id: id,
  name,
  arguments: args,
  status: 'completed',
  ...changes,
});

export const at = (index: number, itemId: string, more: object = {}) => ({
  output_index: index,
  item_id: itemId,
  ...more,
});
export const inPart = (more: object, index = 0, content = 0) =>
  at(index, 'msg_1', { content_index: content, ...more });
export const textDelta = (delta: string, index = 0, content = 0) =>
  sse('response.output_text.delta', inPart({ delta }, index, content));
export const textDone = (words: string, index = 0, content = 0) =>
  sse('response.output_text.done', inPart({ text: words }, index, content));
export const partDone = (words: string, index = 0, content = 0) =>
  sse('response.content_part.done', inPart({ part: part(words) }, index, content));
export const itemAdded = (index: number, item: object) =>
  sse('response.output_item.added', { output_index: index, item });
export const itemDone = (index: number, item: object) =>
  sse('response.output_item.done', { output_index: index, item });
export const summaryDelta = (delta: string, part_ = 0) =>
  sse('response.reasoning_summary_text.delta', at(0, 'rs_1', { summary_index: part_, delta }));
export const summaryDone = (words: string, part_ = 0) =>
  sse('response.reasoning_summary_text.done', at(0, 'rs_1', { summary_index: part_, text: words }));
export const argsDelta = (index: number, id: string, delta: string) =>
  sse('response.function_call_arguments.delta', at(index, `fc_${id}`, { delta }));
export const argsDone = (index: number, id: string, args: string) =>
  sse('response.function_call_arguments.done', at(index, `fc_${id}`, { arguments: args }));
export const openCall = (id: string, name: string) => call(id, name, '', { status: 'in_progress' });

export const A = call('a', 'weather', '{"city":"Paris"}');
export const B = call('b', 'time', '{"zone":"CET"}');
export const A_CALLED = called(0, 'a', 'weather', '{"city":"Paris"}');
export const B_CALLED = called(1, 'b', 'time', '{"zone":"CET"}');

export const failure = (code: string | null, words: string) =>
  sse('response.failed', {
    response: { ...HEAD, status: 'failed', error: { code, message: words } },
  });
