/**
 * OpenAI's tools, and the legacy functions before them, → neutral tools and a choice among them.
 * Editors send the tools of other dialects too: flat ones as the Responses API has them, Anthropic's.
 */
import { invalidField } from '../../core/error.ts';
import type { Tool, ToolChoice } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { customFunction } from '../shared/custom-tool.ts';
import { optionalArray, optionalString, requiredObject, requiredString } from '../shared/fields.ts';
import type { CallForm } from './wire.ts';

/** The tools that may be called, and whether one must be. */
export interface ToolSettings {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
  /** Those whose input is a text, by name: how their calls are written. */
  readonly customTools: ReadonlyMap<string, CallForm>;
}

/** @param ignored Gets the paths of what is dropped. */
export function parseTools(body: JsonObject, ignored: Set<string>): ToolSettings {
  const customTools = new Map<string, CallForm>();
  const tools = [
    ...optionalArray(body['tools'], 'tools').flatMap((item, index) =>
      parseTool(item, `tools[${index}]`, customTools, ignored),
    ),
    ...optionalArray(body['functions'], 'functions').map((item, index) =>
      parseFunction(requiredObject(item, `functions[${index}]`), `functions[${index}]`),
    ),
  ];
  const field = body['tool_choice'] === undefined ? 'function_call' : 'tool_choice';
  const choice = body[field];
  if (choice === undefined) return { tools, customTools, toolChoice: undefined };
  if (tools.length === 0) {
    // There is nothing to choose from; vendors refuse a choice without tools.
    ignored.add(field);
    return { tools, customTools, toolChoice: undefined };
  }
  return { customTools, ...chooseTools(tools, choice, field, ignored) };
}

function parseTool(
  item: JsonValue,
  path: string,
  customTools: Map<string, CallForm>,
  ignored: Set<string>,
): readonly Tool[] {
  const tool = requiredObject(item, path);
  // Anthropic's functions have no type, or are `custom`.
  const isFunction = isJsonObject(tool['input_schema']);
  const type = isFunction ? 'function' : (tool['type'] ?? 'function');
  if (type !== 'function' && type !== 'custom') {
    ignored.add(`tools[].${typeof type === 'string' ? type : 'type'}`);
    return [];
  }
  const isFlat = tool[type] === undefined && (isFunction || tool['name'] !== undefined);
  const at = isFlat ? path : `${path}.${type}`;
  const definition = isFlat ? tool : requiredObject(tool[type], at);
  // Poe does not enforce schemas, so a client that asked for it is told.
  if (definition['strict'] === true)
    ignored.add(isFlat ? 'tools[].strict' : 'tools[].function.strict');
  const declared = parseFunction(definition, at);
  if (type === 'function') return [declared];
  // Flat ones are Cursor's, which knows no other calls than functions' and takes the text from there.
  customTools.set(declared.name, isFlat ? 'function' : 'custom');
  const { format } = definition;
  // Chat has a grammar in an object of its own.
  const grammar =
    isJsonObject(format) && isJsonObject(format['grammar'])
      ? { ...format, ...format['grammar'] }
      : format;
  return [{ name: declared.name, ...customFunction(declared.description, grammar) }];
}

function parseFunction(definition: JsonObject, path: string): Tool {
  const field = definition['parameters'] === undefined ? 'input_schema' : 'parameters';
  const schema = definition[field] ?? undefined;
  return {
    name: requiredString(definition['name'], `${path}.name`),
    description: optionalString(definition['description'], `${path}.description`),
    parameters: schema === undefined ? undefined : requiredObject(schema, `${path}.${field}`),
  };
}

/** Other dialects say `any`, and say it in an object: `{ type: 'any' }`. */
const CHOICES: Readonly<Record<string, ToolChoice>> = {
  auto: 'auto',
  none: 'none',
  required: 'required',
  any: 'required',
};

function chooseTools(
  tools: readonly Tool[],
  choice: JsonValue,
  path: string,
  ignored: Set<string>,
): Omit<ToolSettings, 'customTools'> {
  const object = isJsonObject(choice) ? choice : undefined;
  const type = object ? (object['type'] ?? 'function') : choice;
  const toolChoice = typeof type === 'string' ? entryOf(CHOICES, type) : undefined;
  if (toolChoice !== undefined) return { tools, toolChoice };
  if (!object)
    throw invalidField(
      path,
      'must be "auto", "none", "required" or an object that names a function.',
    );
  if (type === 'allowed_tools') {
    // Few vendors know this form; leaving the other tools out says the same to all.
    const allowed = isJsonObject(object['allowed_tools']) ? object['allowed_tools'] : object;
    const names = new Set(
      optionalArray(allowed['tools'], `${path}.allowed_tools.tools`).map(toolName),
    );
    const mode = allowed['mode'] === 'required' ? 'required' : 'auto';
    return { tools: tools.filter(({ name }) => names.has(name)), toolChoice: mode };
  }
  if (type === 'function' || type === 'custom' || type === 'tool') {
    const name = toolName(object);
    if (!tools.some((tool) => tool.name === name))
      throw invalidField(path, 'names a function that is not among the tools.');
    return { tools, toolChoice: { name: name ?? '' } };
  }
  ignored.add(path);
  return { tools, toolChoice: undefined };
}

/** `{ function: { name } }`, and `{ name }` as the legacy form and the other dialects have it. */
function toolName(choice: JsonValue): string | undefined {
  if (!isJsonObject(choice)) return undefined;
  const nested = choice['function'] ?? choice['custom'];
  const { name } = isJsonObject(nested) ? nested : choice;
  return typeof name === 'string' ? name : undefined;
}
