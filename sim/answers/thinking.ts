/**
 * Answers that think before they speak. The thought is fixed, the spoken part is whatever the
 * wrapped answer says.
 */
import type { Answer, Piece } from '../bot.ts';
import type { Prompt } from '../prompt.ts';
import { wordsOf } from './plain.ts';

type Says = (prompt: Prompt) => Answer;

const THOUGHT = '**Considering the question**\n\nThe words are given back as they came.';

const THOUGHT_PIECES: readonly Piece[] = wordsOf(THOUGHT).map((text) => ({
  kind: 'reasoning',
  text,
}));

/** Thinks, then says it. */
export function thinking(says: Says): Says {
  return (prompt) => {
    const { pieces, finish } = says(prompt);
    return { pieces: [...THOUGHT_PIECES, ...pieces], finish };
  };
}

/** Thinks only when the caller set a `thinking_budget` above 0. */
export function thinkingWhenAsked(says: Says): Says {
  return (prompt) => {
    const budget = prompt.parameters['thinking_budget'];
    const asked = typeof budget === 'number' && budget > 0;
    return (asked ? thinking(says) : says)(prompt);
  };
}

/** Thinks, and stops without having said anything. */
export function thinkOnly(): Answer {
  return { pieces: THOUGHT_PIECES, finish: 'stop' };
}
