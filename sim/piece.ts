/**
 * The steps that answers are made of. The first group can be said in every protocol; the second
 * only natively: elsewhere an answer is settled first (`answers/settle.ts`).
 */

/** Text, thought or refusal, to be appended. */
interface SpokenPiece {
  readonly kind: 'text' | 'reasoning' | 'refusal';
  readonly text: string;
  /** Native only: which of several responses it belongs to. */
  readonly response?: number;
}

/** A call's first piece names it, later pieces grow its arguments. */
export interface CallPiece {
  readonly kind: 'call';
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  /** Of the tool, where it is in one. */
  readonly namespace?: string;
  readonly arguments: string;
}

/** Everything said so far is taken back, and this said instead. */
interface ReplacePiece {
  readonly kind: 'replace';
  readonly text: string;
  readonly response?: number;
}

/** A file that the bot made; `inlineRef` is how the text may refer to it. */
export interface FilePiece {
  readonly kind: 'file';
  readonly url: string;
  readonly contentType: string;
  readonly name: string;
  readonly inlineRef: string | null;
}

/** Any other native event; no part of the answer. */
interface AsidePiece {
  readonly kind: 'aside';
  readonly event: string;
  readonly data: unknown;
}

/** A step of an answer. */
export type Piece = SpokenPiece | CallPiece | ReplacePiece | FilePiece | AsidePiece;

/** What every protocol can say. */
export type PlainPiece = SpokenPiece | CallPiece;

/** An answer without native steps. */
export interface PlainAnswer {
  readonly pieces: readonly PlainPiece[];
  readonly finish: string | null;
}
