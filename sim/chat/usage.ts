/**
 * The `usage` of a chat reply, as unreliable as Poe's: words of the visible text, tool schemas and
 * reasoning not counted, 0 for a pure tool call. The `details` style is the vendor's own count.
 */
import type { UsageStyle } from '../bot.ts';
import type { JsonObject } from '../json.ts';
import type { PlainAnswer } from '../piece.ts';
import { countWords, type Prompt } from '../prompt.ts';

function wordsOf({ pieces }: PlainAnswer, kind: 'text' | 'reasoning'): number {
  // Join first: a word may be cut into several pieces.
  return countWords(pieces.map((piece) => (piece.kind === kind ? piece.text : '')).join(''));
}

/** What the reply reports, or undefined for a bot that reports nothing. */
export function usageOf(
  prompt: Prompt,
  answer: PlainAnswer,
  style: UsageStyle = 'last-chunk',
): JsonObject | undefined {
  if (style === 'none') return undefined;
  const asked = countWords(prompt.turns.map((turn) => turn.text).join(' '));
  const said = wordsOf(answer, 'text');
  if (style !== 'details') {
    return { prompt_tokens: asked, completion_tokens: said, total_tokens: asked + said };
  }
  const thought = wordsOf(answer, 'reasoning');
  return {
    completion_tokens: said + thought,
    prompt_tokens: asked,
    total_tokens: asked + said + thought,
    completion_tokens_details: {
      accepted_prediction_tokens: null,
      audio_tokens: null,
      reasoning_tokens: thought,
      rejected_prediction_tokens: null,
    },
    prompt_tokens_details: { audio_tokens: null, cached_tokens: Math.floor(asked / 2) },
  };
}
