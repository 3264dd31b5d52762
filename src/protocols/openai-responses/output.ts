/**
 * The output of a response: neutral events become items. The one place where items are made, for the
 * stream, which is told of every step, and for the whole reply, which is not.
 */
import type { GenerationEvent, ToolCallDelta } from '../../core/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type CallItem, openCall } from './call-item.ts';
import { itemOf, openSpoken, type Speech, type SpokenItem } from './spoken-item.ts';
import type { ItemStatus, Tell } from './tell.ts';
import type { ToolNames } from './tool-names.ts';

/** An event that adds to the answer. */
type Delta = ToolCallDelta | Extract<GenerationEvent, { readonly text: string }>;

const SPEECHES: Readonly<Record<string, Speech>> = {
  'refusal-delta': 'refusal',
  'reasoning-delta': 'reasoning',
};

/** Fed with the deltas of one answer. */
export interface Output {
  add(event: Delta): void;
  /** Ends what is still open. An answer without a word has an empty text. */
  end(status: 'completed' | 'incomplete'): void;
  /** The items that have ended. */
  items(): readonly JsonObject[];
}

/** @param id The response's, without a prefix: the items' ids are made of it. */
export function startOutput(id: string, names: ToolNames, tell?: Tell): Output {
  /** By place; open ones are not there yet. */
  const items: (JsonObject | undefined)[] = [];
  const spokenBefore = { message: 0, reasoning: 0 };
  let spoken: SpokenItem | undefined;
  let spokenAt = 0;
  /** Open ones, by their index among the calls. */
  const calls = new Map<number, CallItem>();
  /** Calls are told apart by their places, but clients like to get one after the other. */
  let latest: number | undefined;
  let made = 0;
  let answered = false;

  function place(): number {
    return items.push(undefined) - 1;
  }

  function closeSpoken(status: ItemStatus): void {
    if (spoken) items[spokenAt] = spoken.close(status);
    spoken = undefined;
  }

  function closeCall(number: number, item: CallItem, status: ItemStatus): void {
    items[item.index] = item.close(status);
    calls.delete(number);
  }

  /** Something else begins. Each call is looked at once, lest a long one is parsed again and again. */
  function settleCall(): void {
    const last = latest === undefined ? undefined : calls.get(latest);
    if (last?.isWhole()) closeCall(latest ?? 0, last, 'completed');
    latest = undefined;
  }

  function say(speech: Speech, words: string): void {
    const type = itemOf(speech);
    answered ||= type === 'message';
    if (spoken?.type !== type) {
      closeSpoken('completed');
      settleCall();
      spokenAt = place();
      const count = (spokenBefore[type] += 1);
      const prefix = type === 'message' ? 'msg' : 'rs';
      spoken = openSpoken(type, `${prefix}_${id}${count > 1 ? `_${count}` : ''}`, spokenAt, tell);
    }
    spoken.say(speech, words);
  }

  function makeCall({ index, id: callId, name = '', arguments: json }: ToolCallDelta): void {
    answered = true;
    if (index < made) return calls.get(index)?.grow(json);
    made = index + 1;
    closeSpoken('completed');
    settleCall();
    latest = index;
    const tool = names.origin(name);
    const identity = {
      id: `${tool.custom ? 'ctc' : 'fc'}_${id}_${index}`,
      callId: callId ?? `call_${id}_${index}`,
      tool,
    };
    const item = openCall(identity, place(), tell);
    calls.set(index, item);
    item.grow(json);
  }

  return {
    add(event) {
      if (event.type === 'tool-call-delta') return makeCall(event);
      if (event.text !== '') say(SPEECHES[event.type] ?? 'text', event.text);
    },
    end(status) {
      if (!answered) say('text', '');
      closeSpoken(status);
      for (const [number, item] of calls) {
        const isHalf = status === 'incomplete' && !item.isWhole();
        closeCall(number, item, isHalf ? 'incomplete' : 'completed');
      }
    },
    items: () => items.filter((item) => item !== undefined),
  };
}
