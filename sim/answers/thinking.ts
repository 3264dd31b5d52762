/**
 * Answers that think before they speak. The thought is fixed, the spoken part is whatever the
 * wrapped answer says.
 */
import type { Answer } from '../bot.ts';
import type { Piece } from '../piece.ts';
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

/** Efforts that come without a thought. */
const NO_EFFORT: ReadonlySet<unknown> = new Set([undefined, null, 'none', 'minimal']);

/** Endpoints on which an effort alone asks for thoughts. */
const BY_EFFORT: ReadonlySet<Prompt['door']> = new Set(['responses', 'messages']);

/** Thinks only when the caller set a `thinking_budget` above 0, or, where that counts, an effort. */
export function thinkingWhenAsked(says: Says): Says {
  return (prompt) => {
    const budget = prompt.parameters['thinking_budget'];
    const effort = BY_EFFORT.has(prompt.door) ? prompt.parameters['effort'] : undefined;
    const asked = (typeof budget === 'number' && budget > 0) || !NO_EFFORT.has(effort);
    return (asked ? thinking(says) : says)(prompt);
  };
}

/** Thinks, and stops without having said anything. */
export function thinkOnly(): Answer {
  return { pieces: THOUGHT_PIECES, finish: 'stop' };
}
