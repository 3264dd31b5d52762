/**
 * What the model says, as an output item: a message with its parts, or a thought with its summary.
 * The item grows word by word; each word is told once, and the whole three times at the end, since
 * some clients read only the words and others only the whole.
 */
import type { JsonObject } from '../../lib/json.ts';
import { type ItemStatus, opening, type Tell } from './tell.ts';

/** What parts of an item are made of. */
export type Speech = keyof typeof SPEECHES;

/** An item that is being said. */
export interface SpokenItem {
  readonly type: 'message' | 'reasoning';
  say(speech: Speech, words: string): void;
  close(status: ItemStatus): JsonObject;
}

interface PartForm {
  readonly item: SpokenItem['type'];
  /** Begins the names of the events about the part, and about its words. */
  readonly part: string;
  readonly words: string;
  /** The part's number in its item goes by this name. */
  readonly number: string;
  /** The part's words go by this name. */
  readonly field: 'text' | 'refusal';
  readonly type: string;
  /** What else a part of text has, and the events of its words. */
  readonly rest: JsonObject;
  readonly tail: string;
}

const CONTENT = {
  item: 'message',
  part: 'response.content_part',
  number: 'content_index',
} as const;

const SPEECHES = {
  text: {
    ...CONTENT,
    words: 'response.output_text',
    field: 'text',
    type: 'output_text',
    rest: { annotations: [], logprobs: [] },
    tail: ',"logprobs":[]',
  },
  refusal: {
    ...CONTENT,
    words: 'response.refusal',
    field: 'refusal',
    type: 'refusal',
    rest: {},
    tail: '',
  },
  reasoning: {
    item: 'reasoning',
    part: 'response.reasoning_summary_part',
    words: 'response.reasoning_summary_text',
    number: 'summary_index',
    field: 'text',
    type: 'summary_text',
    rest: {},
    tail: '',
  },
} as const satisfies Record<string, PartForm>;

/** Which kind of item this belongs to. */
export function itemOf(speech: Speech): SpokenItem['type'] {
  return SPEECHES[speech].item;
}

/**
 * @param index The place in the output.
 * @param tell Missing where only the whole is wanted.
 */
export function openSpoken(
  type: SpokenItem['type'],
  id: string,
  index: number,
  tell: Tell | undefined,
): SpokenItem {
  const place = `"item_id":${JSON.stringify(id)},"output_index":${index}`;
  const parts: JsonObject[] = [];
  let open: Speech | undefined;
  let form: PartForm = SPEECHES.text;
  let text = '';
  /** The fields of every event about the open part. */
  let head = '';
  /** Begins the events of its words. */
  let growing = '';

  tellItem('added', 'in_progress');

  function item(status: ItemStatus): JsonObject {
    if (type === 'reasoning') return { id, type, summary: parts };
    return { id, type, status, role: 'assistant', content: parts };
  }

  function tellItem(step: string, status: ItemStatus): void {
    tell?.(
      opening(`response.output_item.${step}`, `"output_index":${index}`),
      `,"item":${JSON.stringify(item(status))}`,
    );
  }

  function tellPart(step: string, part: JsonObject): void {
    tell?.(opening(`${form.part}.${step}`, head), `,"part":${JSON.stringify(part)}`);
  }

  function partOf(words: string): JsonObject {
    return { type: form.type, ...form.rest, [form.field]: words };
  }

  function begin(speech: Speech): void {
    end();
    open = speech;
    form = SPEECHES[speech];
    text = '';
    head = `${place},"${form.number}":${parts.length}`;
    growing = opening(`${form.words}.delta`, head);
    tellPart('added', partOf(''));
  }

  function end(): void {
    if (!open) return;
    open = undefined;
    const part = partOf(text);
    parts.push(part);
    tell?.(
      opening(`${form.words}.done`, head),
      `,"${form.field}":${JSON.stringify(text)}${form.tail}`,
    );
    tellPart('done', part);
  }

  return {
    type,
    say(speech, words) {
      if (open !== speech) begin(speech);
      if (words === '') return;
      text += words;
      tell?.(growing, `,"delta":${JSON.stringify(words)}${form.tail}`);
    },
    close(status) {
      end();
      tellItem('done', status);
      return item(status);
    },
  };
}
