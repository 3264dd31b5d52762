/**
 * An answer as the output items of a response: thought, message, function calls, each with the
 * pieces it is made of, so that the stream and the whole reply are the same fold.
 */
import { hex } from '../identifier.ts';
import type { JsonObject } from '../json.ts';
import type { CallPiece, PlainAnswer, PlainPiece } from '../piece.ts';

/** One output item. */
export interface Item {
  readonly id: string;
  readonly kind: 'reasoning' | 'text' | 'refusal' | 'call';
  readonly pieces: readonly PlainPiece[];
}

const PREFIXES = { reasoning: 'rs', text: 'msg', refusal: 'msg', call: 'fc' } as const;

function belongs(piece: PlainPiece, { kind, pieces: [first] }: Item): boolean {
  if (piece.kind !== kind) return false;
  return piece.kind !== 'call' || first?.kind !== 'call' || first.index === piece.index;
}

/** The items of an answer, in its order. */
export function itemsOf({ pieces }: PlainAnswer): readonly Item[] {
  const items: Item[] = [];
  for (const piece of pieces) {
    const last = items.at(-1);
    if (last && belongs(piece, last)) {
      items[items.length - 1] = { ...last, pieces: [...last.pieces, piece] };
    } else {
      items.push({ id: `${PREFIXES[piece.kind]}_${hex(50)}`, kind: piece.kind, pieces: [piece] });
    }
  }
  return items;
}

/** All text, or all arguments, of an item. */
export function contentOf({ pieces }: Item): string {
  return pieces.map((piece) => (piece.kind === 'call' ? piece.arguments : piece.text)).join('');
}

/** The content part of a message. */
export function partOf(item: Item, text = contentOf(item)): JsonObject {
  return item.kind === 'refusal'
    ? { refusal: text, type: 'refusal' }
    : { annotations: [], text, type: 'output_text', logprobs: [] };
}

/** A part of a thought's summary. */
export function summaryOf(text: string): JsonObject {
  return { text, type: 'summary_text' };
}

function nameOf({ pieces }: Item): Pick<CallPiece, 'id' | 'name'> {
  return pieces.find((piece) => piece.kind === 'call' && piece.name !== undefined) as CallPiece;
}

/** An item as it is written when it is done. */
export function doneItem(item: Item, summarized: boolean): JsonObject {
  const { id, kind } = item;
  if (kind === 'reasoning') {
    return { id, summary: summarized ? [summaryOf(contentOf(item))] : [], type: 'reasoning' };
  }
  if (kind === 'call') {
    const { id: callId, name } = nameOf(item);
    const type = 'function_call';
    return { arguments: contentOf(item), call_id: callId, name, type, id, status: 'completed' };
  }
  return { id, content: [partOf(item)], role: 'assistant', status: 'completed', type: 'message' };
}

/** An item as it is announced, still empty. */
export function begunItem(item: Item): JsonObject {
  const { kind } = item;
  const done = doneItem(item, false);
  if (kind === 'reasoning') return done;
  const status = 'in_progress';
  return kind === 'call' ? { ...done, arguments: '', status } : { ...done, content: [], status };
}
