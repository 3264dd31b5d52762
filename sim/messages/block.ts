/**
 * An answer as content blocks: each as it is announced, how it grows, and as it is when done, so that
 * the stream and the whole message are the same fold.
 */
import { hex } from '../identifier.ts';
import type { JsonObject } from '../json.ts';
import type { PlainAnswer, PlainPiece } from '../piece.ts';
import { signatureOf } from './signature.ts';

/** One content block. */
export interface Block {
  /** Still empty. */
  readonly start: JsonObject;
  readonly deltas: readonly JsonObject[];
  readonly done: JsonObject;
}

function joined(pieces: readonly PlainPiece[]): string {
  return pieces.map((piece) => (piece.kind === 'call' ? piece.arguments : piece.text)).join('');
}

/** A text block, in these parts. */
export function textBlock(parts: readonly string[]): Block {
  return {
    start: { type: 'text', text: '' },
    deltas: parts.map((text) => ({ type: 'text_delta', text })),
    done: { type: 'text', text: parts.join('') },
  };
}

function thinkingBlock(parts: readonly string[], shown: boolean): Block {
  const signature = signatureOf(parts.join(''));
  const thoughts = shown ? parts : [];
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature },
    ],
    done: { type: 'thinking', thinking: thoughts.join(''), signature },
  };
}

function inputOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // Cut in the middle, as where max_tokens ended it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** A call of a tool, its input in these parts. */
export function toolUseBlock(name: string, parts: readonly string[]): Block {
  const head = { type: 'tool_use', id: `toolu_vrtx_01${hex(22)}`, name };
  return {
    start: { ...head, input: {} },
    // The first one is empty, always.
    deltas: ['', ...parts.filter((part) => part !== '')].map((part) => ({
      type: 'input_json_delta',
      partial_json: part,
    })),
    done: { ...head, input: inputOf(parts.join('') || '{}') },
  };
}

/** A block that comes whole. */
export function wholeBlock(block: JsonObject): Block {
  return { start: block, deltas: [], done: block };
}

function isNext(piece: PlainPiece, last: PlainPiece | undefined): boolean {
  if (piece.kind !== last?.kind) return false;
  return piece.kind !== 'call' || last.kind !== 'call' || piece.index === last.index;
}

function grouped(pieces: readonly PlainPiece[]): readonly (readonly PlainPiece[])[] {
  const groups: PlainPiece[][] = [];
  for (const piece of pieces) {
    const group = groups.at(-1);
    if (group && isNext(piece, group[0])) group.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

function blockOf(pieces: readonly PlainPiece[], shown: boolean): Block {
  const parts = pieces.map((piece) => joined([piece]));
  const named = pieces.find((piece) => piece.kind === 'call' && piece.name !== undefined);
  if (named?.kind === 'call') return toolUseBlock(String(named.name), parts);
  return pieces[0]?.kind === 'reasoning' ? thinkingBlock(parts, shown) : textBlock(parts);
}

/** How much of the thoughts may be seen: with their text, by their signature alone, or not at all. */
export type Display = 'summarized' | 'omitted' | 'none';

/** The content of an answer. */
export function blocksOf({ pieces }: PlainAnswer, display: Display): readonly Block[] {
  const said = pieces.filter((piece) => piece.kind !== 'reasoning' || display !== 'none');
  return grouped(said).map((group) => blockOf(group, display === 'summarized'));
}
