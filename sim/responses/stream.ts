/**
 * An answer as the events of a responses stream: created, each item from its announcement to its
 * end, completed. No stream of Poe's was recorded; this is OpenAI's, which Poe passes on.
 */
import type { Spelling, StreamEvent } from '../bot.ts';
import type { JsonObject } from '../json.ts';
import type { PlainPiece } from '../piece.ts';
import { begunItem, contentOf, doneItem, partOf, summaryOf, type Item } from './items.ts';

/** An event without the number it gets in the sequence. */
interface Unnumbered {
  readonly part: StreamEvent['part'];
  readonly type: string;
  readonly members: JsonObject;
}

/** What surrounds the contents of each kind of item, and how a piece of it grows. */
interface ItemEvents {
  readonly opens: readonly Unnumbered[];
  readonly delta: string;
  readonly closes: readonly Unnumbered[];
}

function event(type: string, members: JsonObject, part: StreamEvent['part'] = 'noise'): Unnumbered {
  return { part, type: `response.${type}`, members };
}

function messageEvents(item: Item, place: JsonObject): ItemEvents {
  const at = { ...place, content_index: 0 };
  const [name, member] = item.kind === 'refusal' ? ['refusal', 'refusal'] : ['output_text', 'text'];
  return {
    opens: [event('content_part.added', { ...at, part: partOf(item, '') })],
    delta: `${name}.delta`,
    closes: [
      event(`${name}.done`, { ...at, [member]: contentOf(item) }),
      event('content_part.done', { ...at, part: partOf(item) }),
    ],
  };
}

function summaryEvents(item: Item, place: JsonObject): ItemEvents {
  const at = { ...place, summary_index: 0 };
  return {
    opens: [event('reasoning_summary_part.added', { ...at, part: summaryOf('') })],
    delta: 'reasoning_summary_text.delta',
    closes: [
      event('reasoning_summary_text.done', { ...at, text: contentOf(item) }),
      event('reasoning_summary_part.done', { ...at, part: summaryOf(contentOf(item)) }),
    ],
  };
}

function callEvents(item: Item, place: JsonObject): ItemEvents {
  return {
    opens: [],
    delta: 'function_call_arguments.delta',
    closes: [event('function_call_arguments.done', { ...place, arguments: contentOf(item) })],
  };
}

function textOf(piece: PlainPiece): string {
  return piece.kind === 'call' ? piece.arguments : piece.text;
}

function indexOf(kind: Item['kind']): JsonObject {
  if (kind === 'reasoning') return { summary_index: 0 };
  return kind === 'call' ? {} : { content_index: 0 };
}

function itemEvents(item: Item, position: number, summarized: boolean): readonly Unnumbered[] {
  const place = { item_id: item.id, output_index: position };
  const kinds = {
    reasoning: summaryEvents,
    call: callEvents,
    text: messageEvents,
    refusal: messageEvents,
  };
  const { opens, delta, closes } = kinds[item.kind](item, place);
  const silent = item.kind === 'reasoning' && !summarized;
  const inner = [
    ...opens,
    ...item.pieces.flatMap((piece) => {
      const text = textOf(piece);
      if (text === '') return [];
      return [event(delta, { ...place, ...indexOf(item.kind), delta: text }, 'piece')];
    }),
    ...closes,
  ];
  return [
    event('output_item.added', { output_index: position, item: begunItem(item) }),
    ...(silent ? [] : inner),
    event('output_item.done', { output_index: position, item: doneItem(item, summarized) }),
  ];
}

function numbered({ part, type, members }: Unnumbered, position: number): StreamEvent {
  return {
    part,
    event: type,
    data: JSON.stringify({ type, sequence_number: position, ...members }),
  };
}

/** All events of the stream, before the bot rearranges them. */
export function responseEvents(
  items: readonly Item[],
  head: JsonObject,
  end: JsonObject,
  summarized: boolean,
): readonly StreamEvent[] {
  const finish = end['status'] === 'incomplete' ? 'incomplete' : 'completed';
  return [
    event('created', { response: head }, 'meta'),
    event('in_progress', { response: head }, 'meta'),
    ...items.flatMap((item, position) => itemEvents(item, position, summarized)),
    event(finish, { response: end }, 'finish'),
  ].map(numbered);
}

/** How this protocol spells what arrangements put in. */
export function responseSpelling(head: JsonObject): Spelling {
  return {
    error: ({ error }) => {
      const type = 'response.failed';
      const failure = { code: 'server_error', message: error['message'] };
      const response = { ...head, status: 'failed', error: failure };
      return {
        part: 'error',
        event: type,
        data: JSON.stringify({ type, sequence_number: 99, response }),
      };
    },
    garbage: { part: 'noise', event: 'response.output_text.delta', data: '{not json}' },
  };
}
