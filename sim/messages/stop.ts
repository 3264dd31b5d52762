/**
 * Stop sequences, which Claude never fails to honour: the text ends before the first of them.
 */
import type { PlainAnswer, PlainPiece } from '../piece.ts';

/** An answer, and the sequence it was stopped at. */
interface Stopped {
  readonly answer: PlainAnswer;
  readonly sequence: string | null;
}

/** The answer up to the first stop sequence in its text. */
export function stoppedAt(answer: PlainAnswer, sequences: readonly string[]): Stopped {
  const texts = answer.pieces.map((piece) => (piece.kind === 'text' ? piece.text : ''));
  const whole = texts.join('');
  const found = sequences
    .map((sequence) => ({ sequence, at: whole.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)[0];
  if (!found) return { answer, sequence: null };
  const pieces: PlainPiece[] = [];
  let left = found.at;
  for (const piece of answer.pieces) {
    if (piece.kind === 'text') {
      if (piece.text.length >= left) {
        if (left > 0) pieces.push({ ...piece, text: piece.text.slice(0, left) });
        break;
      }
      left -= piece.text.length;
    }
    pieces.push(piece);
  }
  return { answer: { ...answer, pieces }, sequence: found.sequence };
}
