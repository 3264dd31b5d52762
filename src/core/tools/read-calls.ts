/**
 * The inside of a call block → the calls in it, in all the spellings that models fall into: one
 * object or several, a list, OpenAI's own form, arguments as text, Anthropic's and Qwen's tags.
 */
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { jsonSpans, withoutFence } from '../json-output/find.ts';
import { repairJson } from '../json-output/repair.ts';
import type { Tool } from '../request.ts';
import type { WrittenCall } from './check.ts';

const NAME_KEYS = ['name', 'tool_name', 'tool', 'function', 'recipient_name'] as const;
const ARGUMENT_KEYS = ['arguments', 'parameters', 'input', 'args', 'params'] as const;
/** Of a call's own, never an argument. */
const OTHER_KEYS: ReadonlySet<string> = new Set(['id', 'type', 'index']);

/** @returns Undefined when the block holds no call. */
export function readCalls(
  block: string,
  tools: readonly Tool[],
): readonly WrittenCall[] | undefined {
  const inner = withoutFence(block);
  const calls = inner.startsWith('<') ? readTags(inner, tools) : readJsonCalls(inner);
  return calls && calls.length > 0 ? calls : undefined;
}

function readJsonCalls(text: string): readonly WrittenCall[] | undefined {
  const values = readValues(text);
  const calls = values?.map(readValue);
  return calls?.every((group) => group !== undefined) ? calls.flat() : undefined;
}

/** Every JSON value of the text; repaired if they are not JSON. */
function readValues(text: string): readonly JsonValue[] | undefined {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];
  const spans = jsonSpans(text);
  const values = spans.map(({ start, end }) => parseJson(text.slice(start, end)));
  const read = values.filter((value) => value !== undefined);
  if (read.length > 0 && read.length === values.length) return read;
  const repaired = repairJson(text.slice(spans[0]?.start ?? 0));
  const value = repaired === undefined ? undefined : parseJson(repaired);
  return value === undefined ? undefined : [value];
}

function readValue(value: JsonValue): readonly WrittenCall[] | undefined {
  if (Array.isArray(value)) {
    const groups = (value as readonly JsonValue[]).map(readValue);
    return groups.every((group) => group !== undefined) ? groups.flat() : undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const list = value['tool_calls'] ?? value['function_call'];
  if (list !== undefined) return readValue(list);
  const call = readCall(value);
  return call ? [call] : undefined;
}

function readCall(value: JsonObject): WrittenCall | undefined {
  // OpenAI's own form: { id, type, function: { name, arguments } }.
  if (isJsonObject(value['function'])) return readCall(value['function']);
  const nameKey = NAME_KEYS.find((key) => typeof value[key] === 'string');
  const name = nameKey === undefined ? undefined : value[nameKey];
  if (typeof name !== 'string' || name === '') return undefined;
  const key = ARGUMENT_KEYS.find((word) => value[word] !== undefined);
  if (key !== undefined) return { name, arguments: value[key] ?? null };
  // Arguments beside the name, not in an object of their own.
  const rest = Object.entries(value).filter(([word]) => word !== nameKey && !OTHER_KEYS.has(word));
  return { name, arguments: Object.fromEntries(rest) };
}

/** Both may lack their ends, so that what follows is not searched for an end again and again. */
const CALL_TAG =
  /<(?:invoke name="([^"<>]{1,256})"|function=([^<>\s]{1,256})) ?>([\s\S]*?)(<\/(?:invoke|function)>|$)/g;
const ARGUMENT_TAG =
  /<parameter(?: name="([^"<>]{1,256})"|=([^<>\s]{1,256})) ?>([\s\S]*?)(<\/parameter>|$)/g;

function tagsOf(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  return [...text.matchAll(pattern)].filter((tag) => tag[4] !== '');
}

/** `<invoke name="…"><parameter name="…">` and `<function=…><parameter=…>`. */
function readTags(text: string, tools: readonly Tool[]): readonly WrittenCall[] {
  return tagsOf(text, CALL_TAG).map(([, invoked, called, inner = '']) => {
    const name = invoked ?? called ?? '';
    const tags = tagsOf(inner, ARGUMENT_TAG);
    if (tags.length === 0) return { name, arguments: inner };
    const schema = tools.find((tool) => tool.name === name)?.parameters;
    const entries = tags.map(([, byName, byKey, value = '']): [string, JsonValue] => {
      const key = byName ?? byKey ?? '';
      // Qwen sets a value on lines of its own.
      const word = value.replace(/^\n/, '').replace(/\n$/, '');
      return [key, isText(schema, key) ? word : (parseJson(word) ?? word)];
    });
    return { name, arguments: Object.fromEntries(entries) };
  });
}

/** Whether the schema wants a string there: `42` in a tag may be either. */
function isText(schema: JsonObject | undefined, key: string): boolean {
  const properties = schema?.['properties'];
  const property =
    isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return isJsonObject(property) && property['type'] === 'string';
}
