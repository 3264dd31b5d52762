/**
 * What a chat completion chunk says, read leniently. Shared by the chat
 * endpoint and by the native protocol, whose `json` events are chunks of the same form.
 */
import type { FinishReason, Sink, Usage } from '../../core/event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import type { ToolCallReader } from './tool-calls.ts';

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

/** The neutral reason of a vendor's word. */
export function readFinishReason(rawReason: string): FinishReason {
  return entryOf(FINISH_REASONS, rawReason.toLowerCase()) ?? 'other';
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

/** Tells what a chunk's delta, or a whole answer's message, says. */
export function tellMessage(
  message: JsonObject,
  whole: boolean,
  sink: Sink,
  toolCalls: ToolCallReader,
): void {
  const text = plainText(message['content']);
  // Both names carry the same text where both are there.
  const reasoning = plainText(message['reasoning_content']) || plainText(message['reasoning']);
  const refusal = plainText(message['refusal']);
  if (reasoning !== '') sink.event({ type: 'reasoning-delta', text: reasoning });
  if (text !== '') sink.event({ type: 'text-delta', text });
  if (refusal !== '') sink.event({ type: 'refusal-delta', text: refusal });
  const { tool_calls: calls, function_call: legacy } = message;
  if (Array.isArray(calls)) toolCalls.deltas(calls, whole);
  else if (isJsonObject(legacy)) toolCalls.deltas([{ index: 0, function: legacy }], whole);
}

/** No answer has more. */
const MOST_TOKENS = 1e9;

/** The token counts of a `usage` object; undefined when it has none. */
export function readUsage(usage: JsonObject): Usage | undefined {
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

/** A count of tokens; undefined where it makes no sense: bots of Poe's users may say any number. */
export function count(value: JsonValue | undefined): number | undefined {
  const isCount = typeof value === 'number' && value >= 0 && value <= MOST_TOKENS;
  return isCount ? Math.round(value) : undefined;
}
