/**
 * The plain things bots say: an echo, fixed texts, texts cut short. Every answer is pieces whose
 * concatenation is exactly the text.
 */
import type { Answer } from '../bot.ts';
import type { Piece } from '../piece.ts';
import { userText, type Prompt } from '../prompt.ts';

/** A text word by word, each with the white space before it; the last keeps what follows it. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? [];
}

/** Text pieces of these parts. */
export function textPieces(parts: readonly string[]): readonly Piece[] {
  return parts.map((text) => ({ kind: 'text', text }));
}

/** Says a text word by word. */
export function saying(text: string, finish: string | null = 'stop'): Answer {
  return { pieces: textPieces(wordsOf(text)), finish };
}

/** The text an echo answers with. */
export function echoText(prompt: Prompt): string {
  return userText(prompt) || '(no text)';
}

/** Says the last user message back. */
export function echo(prompt: Prompt): Answer {
  return saying(echoText(prompt));
}

/** Echoes as many words as `max_tokens` allows. */
export function echoWithinLimit(prompt: Prompt): Answer {
  const words = wordsOf(echoText(prompt));
  const limit = prompt.maxTokens ?? Infinity;
  return {
    pieces: textPieces(words.slice(0, limit)),
    finish: words.length > limit ? 'length' : 'stop',
  };
}

const NUMBERS =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen twenty';

/** Counts to twenty, one word a piece; deaf to `stop`. */
export function count(): Answer {
  return saying(NUMBERS);
}

/** Counts to twenty and obeys `stop`. */
export function countUntilStopped({ stop }: Prompt): Answer {
  const ends = stop.map((sequence) => NUMBERS.indexOf(sequence)).filter((index) => index >= 0);
  return saying(NUMBERS.slice(0, Math.min(NUMBERS.length, ...ends)));
}

const WIDE_TEXT = 'Grüße 👋🏽 an 世界: 日本語 と 한국어, 👩‍👩‍👧 und 🧪 ½ €.';

/** Echoes, unless the text is all ASCII: then a sentence of emoji and CJK. */
export function sayWideText(prompt: Prompt): Answer {
  const text = echoText(prompt);
  return saying(/[^\0-\x7F]/.test(text) ? text : WIDE_TEXT);
}
