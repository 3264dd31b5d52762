/**
 * Completions → a `chat.completion` object.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { Completion } from '../../core/completion.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import type { JsonObject } from '../../lib/json.ts';
import { wireUsage } from '../shared/usage.ts';
import { type ReplyForm, wireCall, wireFile, wireFinishReason } from './wire.ts';

/** @param completions One for each choice, in their order. */
export function render(
  completions: readonly Completion[],
  answer: AnswerIdentity,
  form: ReplyForm,
): JsonObject {
  return {
    id: completions[0]?.id ?? `chatcmpl-${answer.id}`,
    object: 'chat.completion',
    created: answer.created,
    model: answer.model,
    choices: completions.map((completion, index) => ({
      index,
      message: wireMessage(completion, form),
      logprobs: null,
      finish_reason: wireFinishReason(completion.finishReason, form),
    })),
    usage: wireUsage(completions.flatMap(({ usage }) => usage ?? [])),
  };
}

function wireMessage(
  { text, reasoning, refusal, toolCalls, files }: Completion,
  form: ReplyForm,
): JsonObject {
  const calls = toolCalls.map((call) => wireCall(call, form));
  const [call] = calls;
  return {
    role: 'assistant',
    // Null beside bare calls and refusals, but an answer that is simply empty is a text.
    content: text === '' && (call || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(files.length === 0 ? {} : { files: files.map(wireFile) }),
    ...(call
      ? form.legacyFunctions
        ? { function_call: call['function'] }
        : { tool_calls: calls }
      : {}),
  };
}
