/**
 * The directive that agent bots obey: `call NAME {"json":"arguments"}`, one or more of them in a
 * text. Each is a step of its own; calls joined by `&` are one step. What stands around them does
 * not matter, so that an agent may wrap its prompt as it likes.
 */
import type { JsonObject } from '../json.ts';
import { objectAt } from '../json-in-text.ts';

/** A call that was ordered. */
export interface OrderedCall {
  readonly tool: string;
  readonly arguments: JsonObject;
  /** Which step it belongs to; calls of one step are made at once. */
  readonly step: number;
}

/** What begins a call: the word, or the sign that joins it to the one before; then its name. */
const ORDER = /(&(?:amp;)?\s*(?:call\s+)?|(?<=^|[^A-Za-z]|\\n)call\s+)([\w.:/-]+)\s+(?=\{)/g;

function ordersIn(text: string): readonly OrderedCall[] {
  const calls: OrderedCall[] = [];
  let place = 0;
  for (const { 0: words, 1: sign = '', 2: tool = '', index } of text.matchAll(ORDER)) {
    // Inside the arguments of the call before.
    if (index < place) continue;
    const start = index + words.length;
    const given = objectAt(text, start);
    if (!given) continue;
    const last = calls.at(-1);
    const joined = sign.startsWith('&');
    if (joined && (!last || text.slice(place, index).trim() !== '')) continue;
    const step = last ? last.step + (joined ? 0 : 1) : 0;
    calls.push({ tool, arguments: given.value, step });
    place = given.end;
  }
  return calls;
}

/** What may have been done to a prompt, undone: nothing, a shell's quotation marks, JSON's. */
const UNQUOTED: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  (text) => text.replaceAll('\\"', '"'),
  (text) => text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter)),
];

/** The calls that a text orders, also when the text was quoted. */
export function orderedCalls(text: string): readonly OrderedCall[] {
  for (const unquoted of UNQUOTED) {
    const calls = ordersIn(unquoted(text));
    if (calls.length > 0) return calls;
  }
  return [];
}
