/** The token counts of a message, and why it ended, in neutral words. */
import type { FinishReason, Usage } from '../../core/event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { count, readFinishReason } from '../poe-shared/chat-chunk.ts';

/** Those that the chat endpoint does not have. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  refusal: 'content-filter',
  model_context_window_exceeded: 'length',
};

/** The neutral reason of a `stop_reason`. */
export function reasonOf(stopReason: string): FinishReason {
  return entryOf(REASONS, stopReason) ?? readFinishReason(stopReason);
}

/** What is counted later replaces what was counted before, unless it is null. */
export function mergeUsage(counted: JsonObject, later: JsonValue | undefined): JsonObject {
  if (!isJsonObject(later)) return counted;
  const known = Object.entries(later).filter(([, value]) => value !== null);
  return { ...counted, ...Object.fromEntries(known) };
}

/** Neutral counts; undefined when there are none. Anthropic counts cached input apart. */
export function usageOf(counted: JsonObject): Usage | undefined {
  const { output_tokens_details: details } = counted;
  const input = count(counted['input_tokens']);
  const output = count(counted['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const cached = count(counted['cache_read_input_tokens']);
  const written = count(counted['cache_creation_input_tokens']);
  return {
    inputTokens: (input ?? 0) + (cached ?? 0) + (written ?? 0),
    outputTokens: output ?? 0,
    cachedInputTokens: cached,
    reasoningTokens: isJsonObject(details) ? count(details['thinking_tokens']) : undefined,
    estimated: false,
  };
}
