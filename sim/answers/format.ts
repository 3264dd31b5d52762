/**
 * Answers in JSON for callers who asked for it by the API: a value that fits the schema in place
 * of the words. Calls of tools go before.
 */
import type { Answer } from '../bot.ts';
import { userText, type Prompt } from '../prompt.ts';
import { textPieces } from './plain.ts';
import { sampleOf } from './schema-sample.ts';
import { inParts } from '../wire/deal.ts';

type Says = (prompt: Prompt) => Answer;

/** Fragments that a JSON answer is streamed in. */
const FRAGMENTS = 6;

/** Endpoints whose formats bind the model. */
const OBEDIENT: ReadonlySet<Prompt['door']> = new Set(['responses', 'messages']);

/** Obeys the format wherever one is asked for. */
export function inFormat(says: Says): Says {
  return (prompt) => {
    const answer = says(prompt);
    if (!prompt.format || answer.pieces.some((piece) => piece.kind === 'call')) return answer;
    const { schema } = prompt.format;
    const value = schema === undefined ? { answer: userText(prompt) } : sampleOf(schema);
    const thoughts = answer.pieces.filter((piece) => piece.kind === 'reasoning');
    const parts = inParts(JSON.stringify(value), FRAGMENTS);
    return { pieces: [...thoughts, ...textPieces(parts)], finish: answer.finish };
  };
}

/** Obeys it where the vendor does: on the chat endpoint Poe officially ignores it. */
export function inResponsesFormat(says: Says): Says {
  return (prompt) => (OBEDIENT.has(prompt.door) ? inFormat(says) : says)(prompt);
}
