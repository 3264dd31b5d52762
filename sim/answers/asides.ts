/**
 * Answers with native events that are no part of them: suggestions, state, pings, names nobody
 * knows; and answers in several responses at once.
 */
import type { Answer } from '../bot.ts';
import type { Piece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';
import { echo, textPieces } from './plain.ts';

/** An event beside the answer. */
function aside(event: string, data: unknown): Piece {
  return { kind: 'aside', event, data };
}

/** Puts these before the echo, between its words, and after it. */
function echoAmong(first: readonly Piece[], between: Piece, last: readonly Piece[]) {
  return (prompt: Prompt): Answer => {
    const { pieces, finish } = echo(prompt);
    return { pieces: [...first, ...pieces.flatMap((piece) => [between, piece]), ...last], finish };
  };
}

/** An echo with everything around it that a client must not take for the answer. */
export const echoInNoise = echoAmong(
  [aside('ping', {}), aside('foo', { text: 'nobody knows this event' })],
  aside('ping', {}),
  [
    aside('data', { metadata: 'first state' }),
    aside('data', { metadata: 'last state' }),
    aside('meta', { content_type: 'text/plain', suggested_replies: true }),
    aside('bar', 'not even an object'),
  ],
);

/** The greeting of the reference, with a suggestion after it. */
export function greet(): Answer {
  const suggestions = ['Tell me more', 'And then?'].map((text) =>
    aside('suggested_reply', { text }),
  );
  return { pieces: [...textPieces(['Hello', ', world!']), ...suggestions], finish: 'stop' };
}

/** Two responses in one stream, the first of which is replaced. */
export function answerTwice(): Answer {
  return {
    pieces: [
      { kind: 'text', text: 'hello', response: 0 },
      { kind: 'text', text: 'hi.', response: 1 },
      { kind: 'replace', text: 'x', response: 0 },
    ],
    finish: 'stop',
  };
}

/** An echo with events that have the right name and the wrong data. */
export const echoAmongWrongTypes = echoAmong(
  [aside('text', { text: 5 }), aside('text', {}), aside('suggested_reply', { text: null })],
  aside('file', { url: null, name: 7 }),
  [
    aside('replace_response', { text: [] }),
    aside('json', 'no object'),
    aside('json', { choices: 1 }),
  ],
);

/** An echo whose events have an index that is no number. */
export const echoWithOddIndex = (prompt: Prompt): Answer => {
  const { pieces, finish } = echo(prompt);
  const odd = pieces.map((piece) =>
    piece.kind === 'text' ? aside('text', { text: piece.text, index: 'zero' }) : piece,
  );
  // Elsewhere asides are dropped, and these words belong to the answer.
  return { pieces: prompt.door === 'native' ? odd : pieces, finish };
};
