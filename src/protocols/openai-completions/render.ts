/**
 * Completions → a `text_completion` object. Thoughts are no part of the text.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/object
 */
import type { Completion } from '../../core/completion.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import type { JsonObject } from '../../lib/json.ts';
import { withoutRepetition } from './repetition.ts';
import { wireUsage } from '../shared/usage.ts';
import { type ReplyForm, wireFinishReason } from './wire.ts';

/** @param completions One for each choice, in their order. */
export function render(
  completions: readonly Completion[],
  answer: AnswerIdentity,
  { prompts, echo }: ReplyForm,
): JsonObject {
  return {
    id: `cmpl-${answer.id}`,
    object: 'text_completion',
    created: answer.created,
    model: answer.model,
    choices: completions.map(({ text, refusal, finishReason }, index) => {
      const prompt = prompts[index] ?? '';
      const continuation = withoutRepetition(prompt);
      // A refusal has no place of its own here.
      const said = continuation.say(text) + continuation.rest() + refusal;
      return {
        text: echo ? prompt + said : said,
        index,
        logprobs: null,
        finish_reason: wireFinishReason(finishReason),
      };
    }),
    usage: wireUsage(completions.flatMap(({ usage }) => usage ?? [])),
  };
}
