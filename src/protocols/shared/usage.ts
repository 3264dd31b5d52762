/**
 * Token counts as the chat endpoint and the older one have them.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { Usage } from '../../core/event.ts';
import type { JsonObject } from '../../lib/json.ts';

/** The sum of the choices' usages. `estimated` marks counts that Poe did not give. */
export function wireUsage(usages: readonly Usage[]): JsonObject {
  const sum = (read: (usage: Usage) => number | undefined): number =>
    usages.reduce((total, usage) => total + (read(usage) ?? 0), 0);
  const prompt = sum((usage) => usage.inputTokens);
  const completion = sum((usage) => usage.outputTokens);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum((usage) => usage.cachedInputTokens) },
    completion_tokens_details: { reasoning_tokens: sum((usage) => usage.reasoningTokens) },
    ...(usages.some((usage) => usage.estimated) ? { estimated: true } : {}),
  };
}
