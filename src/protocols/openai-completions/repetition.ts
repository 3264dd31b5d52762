/**
 * Bots that chat love to begin with the text that they are to continue. An answer that begins with the
 * whole prompt is the continuation of it once that is dropped; text that may still become such a
 * repetition waits. White space around the prompt may be missing in a repetition.
 */

/** What of an answer's text is new. */
export interface Continuation {
  /** The next piece of the answer → what of the answer can be said now. */
  say(piece: string): string;
  /** The answer is over → what was waiting. */
  rest(): string;
}

/** Linear in the answer, whatever its pieces; nothing is kept but how far the two agree. */
export function withoutRepetition(prompt: string): Continuation {
  const end = prompt.trimEnd().length;
  /** How far the answer repeats the prompt; undefined before its first letter. */
  let repeated: number | undefined;
  let from = 0;
  let over = end === 0;

  /** What follows a piece that the prompt does not go on with. */
  function goOn(text: string): string {
    over = true;
    return text;
  }

  function say(piece: string): string {
    if (over || piece === '') return piece;
    if (repeated === undefined) {
      // Who repeats a text rarely repeats the white space before it.
      from = /^\s/.test(piece) ? 0 : prompt.length - prompt.trimStart().length;
      repeated = from;
    }
    if (repeated >= end) return afterRepetition(piece, repeated);
    const length = Math.min(piece.length, end - repeated);
    if (!prompt.startsWith(piece.slice(0, length), repeated))
      return goOn(prompt.slice(from, repeated) + piece);
    repeated += length;
    return length < piece.length ? afterRepetition(piece.slice(length), repeated) : '';
  }

  /** The white space at the prompt's end is part of it. */
  function afterRepetition(piece: string, position: number): string {
    let same = 0;
    while (same < piece.length && piece[same] === prompt[position + same]) same += 1;
    repeated = position + same;
    return same === piece.length ? '' : goOn(piece.slice(same));
  }

  return {
    say,
    rest() {
      const waiting =
        over || repeated === undefined || repeated >= end ? '' : prompt.slice(from, repeated);
      over = true;
      return waiting;
    },
  };
}
