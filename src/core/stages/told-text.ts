/**
 * What a client has been told of a text that its bot may replace. It is kept in pieces, so that a
 * comparison costs what it compares, and joined only where a place in the middle is asked for.
 */

/** A growing text to compare others with. */
export interface ToldText {
  size(): number;
  append(text: string): void;
  /** Only the first `size` characters stay. */
  cut(size: number): void;
  /** The same characters as one piece. */
  replaceBy(text: string): void;
  slice(from: number, to: number): string;
  /** How many characters of `text` are the ones that stand here from `from` on. */
  common(text: string, from: number): number;
  /** Where the line begins that `at` is in. */
  lineStart(at: number): number;
  /** Whether a text that is added begins on a line of its own. */
  endsLine(added: string): boolean;
}

/** An empty one. */
export function toldText(): ToldText {
  let pieces: string[] = [];
  let size = 0;

  function whole(): string {
    const text = pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('');
    pieces = [text];
    return text;
  }

  return {
    size: () => size,
    append(text) {
      pieces.push(text);
      size += text.length;
    },
    cut(length) {
      if (length < size) pieces = [whole().slice(0, length)];
      size = length;
    },
    replaceBy(text) {
      pieces = [text];
      size = text.length;
    },
    slice: (from, to) => whole().slice(from, to),
    common(text, from) {
      if (from > 0) return commonLength(whole(), from, text, 0);
      let same = 0;
      for (const piece of pieces) {
        if (same === text.length) break;
        const here = commonLength(piece, 0, text, same);
        same += here;
        if (here < piece.length) break;
      }
      return same;
    },
    lineStart: (at) => (at === 0 ? 0 : whole().lastIndexOf('\n', at - 1) + 1),
    endsLine: (added) => size === 0 || !!pieces.at(-1)?.endsWith('\n') || /^[ \t]*\n/.test(added),
  };
}

const BLOCK = 1024;

/** How many characters are the same in `one` from `oneFrom` on and in `other` from `otherFrom` on. */
function commonLength(one: string, oneFrom: number, other: string, otherFrom: number): number {
  const most = Math.min(one.length - oneFrom, other.length - otherFrom);
  let same = 0;
  // Whole blocks are compared by the engine, many times faster than character by character.
  while (same + BLOCK <= most) {
    const block = one.slice(oneFrom + same, oneFrom + same + BLOCK);
    if (block !== other.slice(otherFrom + same, otherFrom + same + BLOCK)) break;
    same += BLOCK;
  }
  while (same < most && one[oneFrom + same] === other[otherFrom + same]) same += 1;
  return same;
}
