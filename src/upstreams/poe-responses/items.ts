/** Output items and the events about them, read leniently: where they belong, what they say. */
import type { Usage } from '../../core/event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { readUsage } from '../poe-shared/chat-chunk.ts';
import type { PartKind } from './parts.ts';

/** Where an event belongs; either may be missing. */
export interface Place {
  readonly index: number | undefined;
  readonly itemId: string;
}

/** A part of an item, and where in its list it stands. */
interface ItemPart {
  readonly kind: PartKind;
  readonly position: number;
  readonly text: string;
}

const PART_BY_TYPE: Readonly<Record<string, PartKind>> = {
  output_text: 'text',
  text: 'text',
  refusal: 'refusal',
  summary_text: 'summary',
  reasoning_text: 'thought',
};

/** @param item The item itself, where the event has it. */
export function placeOf(event: JsonObject, item: JsonObject = {}): Place {
  const index = event['output_index'];
  return {
    index: typeof index === 'number' ? index : undefined,
    itemId: stringOf(event['item_id']) || stringOf(item['id']),
  };
}

/** What tells a part from the others of its kind. Some vendors give an item several ids. */
export function keyOf({ index, itemId }: Place, position: JsonValue | undefined): string {
  return `${index ?? itemId}:${typeof position === 'number' ? position : 0}`;
}

/** The text parts of a message or of a thought; of any other item none. */
export function partsOf(item: JsonObject): readonly ItemPart[] {
  const { type, summary, content } = item;
  if (type !== 'message' && type !== 'reasoning') return [];
  if (typeof content === 'string')
    return [{ kind: type === 'message' ? 'text' : 'thought', position: 0, text: content }];
  return [summary, content].flatMap((list) =>
    objectsIn(list).flatMap((part, position) => {
      const read = partOf(part);
      return read ? [{ ...read, position }] : [];
    }),
  );
}

/** A part that is text. Google's may lack the text. */
export function partOf(part: JsonObject): Omit<ItemPart, 'position'> | undefined {
  const kind = entryOf(PART_BY_TYPE, stringOf(part['type']));
  return kind && { kind, text: stringOf(part[kind === 'refusal' ? 'refusal' : 'text']) };
}

/** The token counts, under this endpoint's names or, as some vendors have them, under the chat's. */
export function usageOf(usage: JsonObject): Usage | undefined {
  return readUsage({
    prompt_tokens: usage['input_tokens'] ?? usage['prompt_tokens'],
    completion_tokens: usage['output_tokens'] ?? usage['completion_tokens'],
    prompt_tokens_details: usage['input_tokens_details'] ?? usage['prompt_tokens_details'],
    completion_tokens_details: usage['output_tokens_details'] ?? usage['completion_tokens_details'],
  });
}

/** The objects of a list; of anything else none. */
export function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return list.filter(isJsonObject);
}

/** The string, or the empty one. */
export function stringOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
