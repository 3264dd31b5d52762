/**
 * The parts of OpenAI's reply that the whole completion and the stream share.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { FinishReason, OutputFile, Usage } from '../../core/event.ts';
import type { JsonObject } from '../../lib/json.ts';

/** What the client's request says about the form of the reply. */
export interface ReplyForm {
  readonly choices: number;
  /** Asked with `functions`: calls are answered as `function_call`. */
  readonly legacyFunctions: boolean;
  /** A last chunk with the usage is wanted. */
  readonly includeUsage: boolean;
}

const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  other: 'stop',
};

/** OpenAI knows five reasons; a vendor's unknown one is an ordinary end. */
export function wireFinishReason(reason: FinishReason, form: ReplyForm): string {
  return reason === 'tool-calls' && form.legacyFunctions ? 'function_call' : FINISH_REASONS[reason];
}

/** A file that the bot made: not of OpenAI's, which has no place for files but the text. */
export function wireFile({ url, mediaType, name }: OutputFile): JsonObject {
  return { url, content_type: mediaType, name };
}

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
