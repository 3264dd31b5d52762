/**
 * An answer as the events of a responses stream: created, each item from its announcement to its
 * end, completed. No stream of Poe's was recorded; this is OpenAI's, which Poe passes on.
 */
import type { Spelling, StreamEvent } from '../bot.ts';
import { wordsOf } from '../answers/plain.ts';
import { objectsIn, type JsonObject } from '../json.ts';
import {
  begunItem,
  contentOf,
  doneItem,
  partOf,
  summariesOf,
  summaryOf,
  type Item,
  type Kind,
  type Wanted,
} from './items.ts';

/** An event without the number it gets in the sequence. */
interface Unnumbered {
  readonly part: StreamEvent['part'];
  readonly type: string;
  readonly members: JsonObject;
}

function event(type: string, members: JsonObject, part: StreamEvent['part'] = 'noise'): Unnumbered {
  return { part, type: `response.${type}`, members };
}

/** One event for each part of a text; empty parts are none. */
function growing(type: string, deltas: readonly string[], at: JsonObject): readonly Unnumbered[] {
  return deltas.flatMap((delta) => (delta === '' ? [] : [event(type, { ...at, delta }, 'piece')]));
}

type Inner = (item: Item, place: JsonObject, wanted: Wanted) => readonly Unnumbered[];

const textEvents: Inner = (item, place) => {
  const at = { ...place, content_index: 0 };
  const part = partOf(item);
  return [
    event('content_part.added', { ...at, part: { ...partOf(item, ''), annotations: [] } }),
    ...growing('output_text.delta', item.deltas, { ...at, logprobs: [] }),
    ...objectsIn(part['annotations']).map((annotation, index) =>
      event('output_text.annotation.added', { ...at, annotation_index: index, annotation }),
    ),
    event('output_text.done', { ...at, text: contentOf(item), logprobs: [] }),
    event('content_part.done', { ...at, part }),
  ];
};

const refusalEvents: Inner = (item, place) => {
  const at = { ...place, content_index: 0 };
  return [
    event('content_part.added', { ...at, part: partOf(item, '') }),
    ...growing('refusal.delta', item.deltas, at),
    event('refusal.done', { ...at, refusal: contentOf(item) }),
    event('content_part.done', { ...at, part: partOf(item) }),
  ];
};

function summaryEvents(text: string, at: JsonObject): readonly Unnumbered[] {
  return [
    event('reasoning_summary_part.added', { ...at, part: summaryOf('') }),
    ...growing('reasoning_summary_text.delta', wordsOf(text), at),
    event('reasoning_summary_text.done', { ...at, text }),
    event('reasoning_summary_part.done', { ...at, part: summaryOf(text) }),
  ];
}

const reasoningEvents: Inner = (item, place, { summaries }) =>
  (summaries ? summariesOf(item) : []).flatMap((text, index) =>
    summaryEvents(text, { ...place, summary_index: index }),
  );

const callEvents: Inner = (item, place) => [
  ...growing('function_call_arguments.delta', item.deltas, place),
  event('function_call_arguments.done', { ...place, arguments: contentOf(item) }),
];

const customEvents: Inner = (item, place) => [
  ...growing('custom_tool_call_input.delta', item.deltas, place),
  event('custom_tool_call_input.done', { ...place, input: contentOf(item) }),
];

const searchEvents: Inner = (_, place) =>
  ['in_progress', 'searching', 'completed'].map((state) =>
    event(`web_search_call.${state}`, place),
  );

const INNER: Readonly<Record<Kind, Inner>> = {
  text: textEvents,
  refusal: refusalEvents,
  reasoning: reasoningEvents,
  call: callEvents,
  custom: customEvents,
  search: searchEvents,
};

function itemEvents(item: Item, position: number, wanted: Wanted): readonly Unnumbered[] {
  const place = { item_id: item.id, output_index: position };
  return [
    event('output_item.added', { output_index: position, item: begunItem(item, wanted) }),
    ...INNER[item.kind](item, place, wanted),
    event('output_item.done', { output_index: position, item: doneItem(item, wanted) }),
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
  wanted: Wanted,
): readonly StreamEvent[] {
  const finish = end['status'] === 'incomplete' ? 'incomplete' : 'completed';
  return [
    event('created', { response: head }, 'meta'),
    event('in_progress', { response: head }, 'meta'),
    ...items.flatMap((item, position) => itemEvents(item, position, wanted)),
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
