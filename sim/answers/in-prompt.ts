/**
 * What a prompt says about tools, schemas and results in so many words, for bots that follow it.
 * Reads no fixed wording beyond the line that introduces the example: tools are whatever JSON in
 * the prompt looks like one.
 */
import { isObject, type JsonObject } from '../json.ts';
import { objectAt } from '../json-in-text.ts';
import type { Prompt, Tool, Turn } from '../prompt.ts';

/** The line that stands before the example of a call. */
const INTRODUCTION = 'To call tools, answer with one or more blocks like this:';

/** What was found of a way to call tools. */
export interface CallFormat {
  /** What opens and closes a call. */
  readonly open: string;
  readonly close: string;
}

/** A JSON value in a text, and where it begins. */
interface Found {
  readonly value: JsonObject;
  readonly start: number;
}

/** Every outermost JSON object in a text. */
function objectsInText(text: string): readonly Found[] {
  const found: Found[] = [];
  for (let start = text.indexOf('{'); start >= 0;) {
    const object = objectAt(text, start);
    if (object) found.push({ value: object.value, start });
    start = text.indexOf('{', object ? object.end : start + 1);
  }
  return found;
}

function isSchema(value: JsonObject): boolean {
  return (
    ['properties', '$ref', '$defs', 'anyOf', 'oneOf', 'enum', 'items', '$schema'].some(
      (member) => member in value,
    ) || value['type'] === 'object'
  );
}

/** The name that stands last before a schema: in a heading, in backticks, or before a colon. */
function nameBefore(text: string): string | undefined {
  const names = text.match(
    /(?<=`)[\w.-]+(?=`)|(?<=^#+ )[\w.-]+|(?<=\bname: ?"?)[\w.-]+|(?<=^[-*] )[\w.-]+(?=[:( ])/gm,
  );
  return names?.at(-1);
}

function toolIn({ value, start }: Found, text: string): readonly Tool[] {
  const definition = isObject(value['function']) ? value['function'] : value;
  const { name } = definition;
  const parameters = definition['parameters'] ?? definition['input_schema'] ?? definition['schema'];
  if (typeof name === 'string' && 'arguments' in definition) return [];
  if (typeof name === 'string') return [{ name, parameters }];
  const named = isSchema(value) ? nameBefore(text.slice(0, start)) : undefined;
  return named === undefined ? [] : [{ name: named, parameters: value }];
}

/** The text that gives the bot its orders: all that the system said, else all that was said. */
export function ordersIn({ turns }: Prompt): string {
  const system = turns.filter((turn) => turn.role === 'system');
  return (system.length > 0 ? system : turns).map((turn) => turn.text).join('\n\n');
}

/** How calls are to be written; undefined when the prompt does not ask for any. */
export function callFormatIn(orders: string): CallFormat | undefined {
  const place = orders.indexOf(INTRODUCTION);
  if (place < 0) return undefined;
  const example = orders.slice(place + INTRODUCTION.length);
  const tag = /^\s*(?:```\w*\s*)?<([\w:-]+)>/.exec(example)?.[1];
  if (tag !== undefined) return { open: `<${tag}>`, close: `</${tag}>` };
  const fence = /^\s*(```\w*)/.exec(example)?.[1];
  return fence === undefined ? undefined : { open: `${fence}\n`, close: '\n```' };
}

/** The tools that the orders describe. */
export function toolsIn(orders: string): readonly Tool[] {
  return objectsInText(orders).flatMap((found) => toolIn(found, orders));
}

/** The schema that the orders want the answer to fit; undefined when there is none. */
export function schemaIn(orders: string): JsonObject | undefined {
  const all = objectsInText(orders).map(({ value }) => value);
  const wrapped = all.map((value) => value['schema']).find(isObject);
  return wrapped ?? all.find(isSchema);
}

/** The bot's own turns. */
export function ownTurns({ turns }: Prompt): readonly Turn[] {
  return turns.filter((turn) => turn.role === 'assistant');
}

/** What others than the system said since the bot last spoke. */
function newsIn({ turns }: Prompt): readonly Turn[] {
  const last = turns.findLastIndex((turn) => turn.role === 'assistant');
  return turns.slice(last + 1).filter((turn) => turn.role !== 'system');
}

function textOf(turns: readonly Turn[]): string {
  return turns.map((turn) => turn.text).join('\n');
}

/** What came back from tools since the bot last spoke. */
export function resultsIn(prompt: Prompt): readonly string[] {
  const tagged = textOf(newsIn(prompt)).matchAll(/<tool_result\b[^>]*>([^]*?)<\/tool_result>/g);
  const results = [...tagged].map((match) => (match[1] ?? '').trim());
  // An explanation of the form is no result.
  return results.filter((result) => !/^(…|\.\.\.)$/.test(result));
}

/**
 * True when the caller complains of what the bot said last. What a tool answers is no complaint, nor
 * is what comes with it: a bot that calls again for a file with «invalid» in it would never end.
 */
export function isTold(prompt: Prompt): boolean {
  if (resultsIn(prompt).length > 0) return false;
  const complaint =
    /\b(invalid|not valid|wrong|do(es)? not (fit|match|conform|satisfy)|must be|should be|expected|is not( a)? JSON|unknown tool|no (such )?tool|(try|answer) again|correct(ed)?)\b/i;
  return complaint.test(textOf(newsIn(prompt).filter((turn) => turn.role === 'user')));
}
