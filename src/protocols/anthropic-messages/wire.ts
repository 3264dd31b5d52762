/**
 * The parts of Anthropic's reply that the whole message and the stream share.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type { FinishReason, Usage } from '../../core/event.ts';
import type { JsonObject } from '../../lib/json.ts';

/** In the place of Anthropic's signature of a thought, which nobody else can make. */
export const UNSIGNED = '';

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  other: 'end_turn',
};

/** Why the model stopped. @param stopSequence The one that ended the text, if one did. */
export function wireStop(reason: FinishReason, stopSequence: string | undefined): JsonObject {
  const isCut = reason === 'stop' && stopSequence !== undefined;
  return {
    stop_reason: isCut ? 'stop_sequence' : STOP_REASONS[reason],
    stop_sequence: isCut ? stopSequence : null,
    stop_details: null,
  };
}

/** Anthropic counts what its cache had apart from the rest. `estimated` marks counts of our own. */
export function wireUsage(usage: Usage | undefined): JsonObject {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, reasoningTokens } = usage ?? {};
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
    ...(reasoningTokens === undefined
      ? {}
      : { output_tokens_details: { thinking_tokens: reasoningTokens } }),
    ...(usage?.estimated ? { estimated: true } : {}),
  };
}
