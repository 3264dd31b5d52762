/**
 * An answer as the output items of a response: thought, searches, message, calls of functions and
 * of custom tools, so that the stream and the whole reply are made of the same things.
 */
import type { Search } from '../bot.ts';
import { hex } from '../identifier.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { CallPiece, PlainAnswer, PlainPiece } from '../piece.ts';
import type { Tool } from '../prompt.ts';
import { inParts } from '../wire/deal.ts';
import { annotationsOf } from './annotations.ts';
import { sealed } from './sealed.ts';

/** What an item is. */
export type Kind = 'reasoning' | 'text' | 'refusal' | 'call' | 'custom' | 'search';

/** One output item. */
export interface Item {
  readonly id: string;
  readonly kind: Kind;
  /** Its text, arguments or input, in the parts that are streamed. */
  readonly deltas: readonly string[];
  /** Of a call: what is said of it besides. */
  readonly call?: JsonObject;
  readonly search?: Search;
  /** What a text was found in. */
  readonly searches?: readonly Search[];
}

/** What the request wants to see of the items. */
export interface Wanted {
  readonly summaries: boolean;
  readonly sealedThoughts: boolean;
  readonly sources: boolean;
}

/** What the request wants to see. */
export function wantedBy({ reasoning, include }: JsonObject): Wanted {
  const included: readonly unknown[] = Array.isArray(include) ? include : [];
  return {
    summaries: isObject(reasoning) && typeof reasoning['summary'] === 'string',
    sealedThoughts: included.includes('reasoning.encrypted_content'),
    sources: included.includes('web_search_call.action.sources'),
  };
}

function textOf(piece: PlainPiece): string {
  return piece.kind === 'call' ? piece.arguments : piece.text;
}

/** Pieces that belong together, in the answer's order. */
function grouped({ pieces }: PlainAnswer): ReadonlyArray<readonly PlainPiece[]> {
  const groups: PlainPiece[][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    const before = last?.[0];
    const same =
      before?.kind === piece.kind &&
      (piece.kind !== 'call' || before.kind !== 'call' || before.index === piece.index);
    if (last && same) last.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

/** A custom tool takes the text that its arguments hold. */
function inputIn(json: string): string {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'string') return value;
  const { input } = isObject(value) ? value : {};
  return typeof input === 'string' ? input : json;
}

function callItem(pieces: readonly PlainPiece[], tools: readonly Tool[]): Item {
  const named = pieces.find((piece) => piece.kind === 'call' && piece.name !== undefined);
  const { id, name, namespace: group } = named as CallPiece;
  const tool = tools.find(
    (one) => one.name === name && (group === undefined || one.namespace === group),
  );
  const namespace = group ?? tool?.namespace;
  const call = { call_id: id, name, ...(namespace !== undefined && { namespace }) };
  const deltas = pieces.map(textOf);
  if (!tool?.custom) return { id: `fc_${hex(50)}`, kind: 'call', deltas, call };
  const input = inputIn(deltas.join(''));
  return { id: `ctc_${hex(50)}`, kind: 'custom', deltas: inParts(input, deltas.length), call };
}

function searchItem(search: Search): Item {
  return { id: `ws_${hex(50)}`, kind: 'search', deltas: [], search };
}

/** The items of an answer, in its order; searches come after the thought. */
export function itemsOf(
  answer: PlainAnswer,
  tools: readonly Tool[],
  searches: readonly Search[] = [],
): readonly Item[] {
  const items = grouped(answer).map((pieces): Item => {
    const kind = pieces[0]?.kind ?? 'text';
    if (kind === 'call') return callItem(pieces, tools);
    const prefix = kind === 'reasoning' ? 'rs' : 'msg';
    return { id: `${prefix}_${hex(50)}`, kind, deltas: pieces.map(textOf), searches };
  });
  const thoughts = items.filter(({ kind }) => kind === 'reasoning');
  const others = items.filter(({ kind }) => kind !== 'reasoning');
  return searches.length === 0 ? items : [...thoughts, ...searches.map(searchItem), ...others];
}

/** All text, arguments or input of an item. */
export function contentOf({ deltas }: Item): string {
  return deltas.join('');
}

/** The content part of a message. */
export function partOf(item: Item, text = contentOf(item)): JsonObject {
  return item.kind === 'refusal'
    ? { refusal: text, type: 'refusal' }
    : {
        annotations: annotationsOf(text, item.searches ?? []),
        text,
        type: 'output_text',
        logprobs: [],
      };
}

/** A thought in the parts that its headings make. */
export function summariesOf(item: Item): readonly string[] {
  return contentOf(item).split(/\n\n(?=\*\*)/);
}

/** A part of a thought's summary. */
export function summaryOf(text: string): JsonObject {
  return { text, type: 'summary_text' };
}

function doneMessage(item: Item): JsonObject {
  return { content: [partOf(item)], role: 'assistant', status: 'completed', type: 'message' };
}

/** Kind → the members of such an item, when it is done. */
const DONE: Readonly<Record<Kind, (item: Item, wanted: Wanted) => JsonObject>> = {
  text: doneMessage,
  refusal: doneMessage,
  reasoning: (item, { summaries, sealedThoughts }) => ({
    summary: summaries ? summariesOf(item).map(summaryOf) : [],
    type: 'reasoning',
    ...(sealedThoughts && { encrypted_content: sealed(contentOf(item)) }),
  }),
  call: (item) => ({
    arguments: contentOf(item),
    ...item.call,
    type: 'function_call',
    status: 'completed',
  }),
  custom: (item) => ({
    input: contentOf(item),
    ...item.call,
    type: 'custom_tool_call',
    status: 'completed',
  }),
  search: ({ search }, { sources }) => ({
    action: {
      type: 'search',
      query: search?.query,
      queries: [search?.query],
      ...(sources && { sources: search?.sources.map(({ url }) => ({ type: 'url', url })) }),
    },
    status: 'completed',
    type: 'web_search_call',
  }),
};

/** Kind → the members that are otherwise when such an item is announced. */
const BEGUN: Readonly<Record<Kind, JsonObject>> = {
  text: { content: [], status: 'in_progress' },
  refusal: { content: [], status: 'in_progress' },
  reasoning: { summary: [] },
  call: { arguments: '', status: 'in_progress' },
  custom: { input: '', status: 'in_progress' },
  search: { action: undefined, status: 'in_progress' },
};

/** An item as it is written when it is done. */
export function doneItem(item: Item, wanted: Wanted): JsonObject {
  return { id: item.id, ...DONE[item.kind](item, wanted) };
}

/** An item as it is announced, still empty. */
export function begunItem(item: Item, wanted: Wanted): JsonObject {
  return { ...doneItem(item, wanted), ...BEGUN[item.kind] };
}
