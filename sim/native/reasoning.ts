/**
 * Reasoning in a protocol that has no place for it: as a quotation under a heading, or as a
 * progress line that is replaced every second and in the end taken back.
 */
import type { Piece } from '../piece.ts';

function isThought(piece: Piece): boolean {
  return piece.kind === 'reasoning';
}

/** `*Thinking...*`, the thought as a quotation, an empty line. */
function quoted(thoughts: readonly Piece[], rest: readonly Piece[]): readonly Piece[] {
  const lines = thoughts.map((piece): Piece => ({
    kind: 'text',
    text: piece.kind === 'reasoning' ? piece.text.replaceAll('\n', '\n> ') : '',
  }));
  const end: Piece = { kind: 'text', text: rest.length > 0 ? '\n\n' : '\n' };
  return [{ kind: 'text', text: '*Thinking...*\n\n> ' }, ...lines, end, ...rest];
}

/** `Thinking... (1s elapsed)` and so on, then nothing. */
function progressing(rest: readonly Piece[]): readonly Piece[] {
  const lines = [1, 2, 3].map((second): Piece => ({
    kind: 'replace',
    text: `Thinking... (${second}s elapsed)`,
  }));
  return [...lines, { kind: 'replace', text: '' }, ...rest];
}

/** The same pieces with their reasoning turned into what the native protocol can say. */
export function withoutReasoning(
  pieces: readonly Piece[],
  manner: 'quotation' | 'progress' = 'quotation',
): readonly Piece[] {
  const thoughts = pieces.filter(isThought);
  if (thoughts.length === 0) return pieces;
  const rest = pieces.filter((piece) => !isThought(piece));
  return manner === 'quotation' ? quoted(thoughts, rest) : progressing(rest);
}
