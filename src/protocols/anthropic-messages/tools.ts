/**
 * Anthropic's tools → neutral tools and a choice among them. Tools that Anthropic itself runs are not
 * to be had on Poe, but for its search of the web, which many bots declare as a parameter.
 */
import { invalidField } from '../../core/error.ts';
import type { GenerationRequest, Tool, ToolChoice } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import {
  optionalArray,
  optionalBoolean,
  optionalString,
  requiredObject,
  requiredString,
} from '../shared/fields.ts';
import { knownTool } from './known-tools.ts';

/** The tools that may be called, and how. */
interface ToolSettings extends Pick<
  GenerationRequest,
  'tools' | 'toolChoice' | 'parallelToolCalls'
> {
  /** The type of the tool that searches the web, if that is wanted. */
  readonly webSearch?: string | undefined;
}

/** @param ignored Gets the paths of what is dropped. */
export function parseTools(body: JsonObject, ignored: Set<string>): ToolSettings {
  const tools: Tool[] = [];
  let webSearch: string | undefined;
  for (const [path, item] of offeredTools(body)) {
    const tool = requiredObject(item, path);
    const type = optionalString(tool['type'], `${path}.type`) ?? 'custom';
    if (tool['strict'] === true) ignored.add('tools[].strict');
    const isFunction = type === 'custom' || isJsonObject(tool['input_schema']);
    const known = isFunction ? readFunction(tool, path) : knownTool(type, tool['name']);
    if (known) tools.push(known);
    else if (type.startsWith('web_search')) webSearch = type;
    else ignored.add(`tools[].${type}`);
  }
  const choice = body['tool_choice'] ?? undefined;
  if (choice === undefined) return { tools, webSearch };
  const path = 'tool_choice';
  return { tools, webSearch, ...readChoice(requiredObject(choice, path), body, tools, ignored) };
}

/**
 * What the request offers, by name: its own tools, and what the conversation added to them or took
 * away. With each its path.
 */
function offeredTools(body: JsonObject): Iterable<readonly [string, JsonValue]> {
  const offered = new Map<JsonValue, readonly [string, JsonValue]>();
  const add = (path: string, tool: JsonValue): void => {
    const name = isJsonObject(tool) ? tool['name'] : undefined;
    offered.set(typeof name === 'string' ? name : tool, [path, tool]);
  };
  for (const [index, tool] of optionalArray(body['tools'], 'tools').entries())
    add(`tools[${index}]`, tool);
  for (const message of optionalArray(body['messages'], 'messages')) {
    const content = isJsonObject(message) && message['role'] === 'system' && message['content'];
    if (!Array.isArray(content)) continue;
    const blocks: readonly JsonValue[] = content;
    for (const block of blocks) {
      const { type, tool } = isJsonObject(block) ? block : {};
      if (!isJsonObject(tool)) continue;
      if (type === 'tool_addition' && tool['definition'] !== undefined)
        add('messages[].content[].tool.definition', tool['definition']);
      if (type === 'tool_removal') offered.delete(tool['name'] ?? null);
    }
  }
  return offered.values();
}

function readFunction(tool: JsonObject, path: string): Tool {
  const schema = tool['input_schema'] ?? undefined;
  return {
    name: requiredString(tool['name'], `${path}.name`),
    description: optionalString(tool['description'], `${path}.description`),
    parameters: schema === undefined ? undefined : requiredObject(schema, `${path}.input_schema`),
  };
}

const CHOICES: ReadonlyMap<JsonValue | undefined, ToolChoice> = new Map([
  ['auto', 'auto'],
  ['any', 'required'],
  ['none', 'none'],
]);

/** Nothing where there is nothing to choose from: vendors refuse a choice without tools. */
function readChoice(
  choice: JsonObject,
  body: JsonObject,
  tools: readonly Tool[],
  ignored: Set<string>,
): Pick<ToolSettings, 'toolChoice' | 'parallelToolCalls'> {
  const { type } = choice;
  const path = 'tool_choice.disable_parallel_tool_use';
  const isSingle = optionalBoolean(choice['disable_parallel_tool_use'], path) === true;
  const name = type === 'tool' ? requiredString(choice['name'], 'tool_choice.name') : undefined;
  const toolChoice = name === undefined ? CHOICES.get(type) : { name };
  if (toolChoice === undefined)
    throw invalidField('tool_choice.type', 'must be auto, any, tool or none.');

  const isThere = name === undefined || tools.some((tool) => tool.name === name);
  if (tools.length > 0 && isThere)
    return { toolChoice, parallelToolCalls: isSingle ? false : undefined };
  // It may be one of those that Anthropic runs.
  const isOffered = (tool: JsonValue): boolean => isJsonObject(tool) && tool['name'] === name;
  if (tools.length > 0 && ![...offeredTools(body)].some(([, tool]) => isOffered(tool)))
    throw invalidField('tool_choice.name', 'is not the name of one of the tools.');
  if (toolChoice !== 'auto' && toolChoice !== 'none') ignored.add('tool_choice');
  return {};
}
