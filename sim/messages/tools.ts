/**
 * The tools of a request and the choice among them: their shape, and what Anthropic demands beyond it.
 */
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { cacheControl } from './content.ts';
import {
  anything,
  dictionary,
  flag,
  list,
  matching,
  object,
  oneOf,
  optional,
  recent,
  tagged,
  text,
  typeOf,
  type Check,
} from './shape.ts';

const NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const KEY = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Tools that the vendor runs itself, by the date of their version. */
const SERVER_TOOL =
  /^(bash|code_execution|memory|text_editor|tool_search_tool_(bm25|regex)|web_fetch|web_search)_\d{8}$/;

const schema: Check = (value, path, terms) => {
  const fault = dictionary(value, path, terms);
  if (fault !== undefined || !isObject(value)) return fault;
  const { type, properties } = value;
  if (['oneOf', 'allOf', 'anyOf'].some((name) => name in value)) {
    return `${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`;
  }
  const wrong = Object.keys(isObject(properties) ? properties : {}).some((key) => !KEY.test(key));
  return (
    oneOf('object')(type, `${path}.type`, terms) ??
    (wrong
      ? `${path}.properties: Property keys should match pattern '${KEY.source}'`
      : optional(dictionary)(properties, `${path}.properties`, terms))
  );
};

const custom = object({
  type: optional(text),
  name: matching(NAME),
  description: optional(text),
  input_schema: schema,
  cache_control: cacheControl,
  strict: recent(flag),
  eager_input_streaming: recent(flag),
  defer_loading: recent(flag),
  input_examples: recent(list(dictionary)),
  allowed_callers: recent(anything),
});

const server: Check = (value, path, terms) =>
  isObject(value) ? matching(NAME)(value['name'], `${path}.name`, terms) : undefined;

const tool: Check = (value, path, terms) => {
  const { type } = isObject(value) ? value : {};
  if (type === undefined || type === null || type === 'custom') {
    return custom(value, `${path}.custom`, terms);
  }
  if (SERVER_TOOL.test(String(type))) return server(value, `${path}.${String(type)}`, terms);
  return `${path}: Input tag '${String(type)}' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', 'text_editor_20250728', 'web_search_20250305'`;
};

/** The shape of `tools`. */
export const toolList: Check = list(tool);

const alone = { disable_parallel_tool_use: optional(flag) };

/** The shape of `tool_choice`. */
export const toolChoice: Check = tagged({
  auto: alone,
  any: alone,
  tool: { name: text, ...alone },
  none: {},
});

/** Tools that the caller runs: those of any other type are the vendor's. */
export function ownTools({ tools }: JsonObject): readonly JsonObject[] {
  return objectsIn(tools).filter(({ type }) => type === undefined || type === 'custom');
}

/** Names that are there twice, and a choice of what is not there. */
export function toolsFault({ tools, tool_choice: choice }: JsonObject): string | undefined {
  const names = objectsIn(tools).map((given) => String(given['name']));
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.';
  if (!isObject(choice)) return undefined;
  if (names.length === 0) return '`tool_choice` may only be specified while providing `tools`.';
  return typeOf(choice) === 'tool' && !names.includes(String(choice['name']))
    ? `Tool '${String(choice['name'])}' not found in provided tools`
    : undefined;
}
