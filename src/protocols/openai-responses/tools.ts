/**
 * Tools of the Responses API → neutral functions, and a choice among them. Poe knows functions alone:
 * a custom tool becomes one with a single string, a namespace is taken apart, and a search of the web
 * is what the bot itself can do.
 */
import { invalidField } from '../../core/error.ts';
import type { Tool, ToolChoice } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { optionalArray, optionalString, requiredObject, requiredString } from '../shared/fields.ts';
import { customFunction } from '../shared/custom-tool.ts';
import { type DeclaredTool, nameTools, type ToolNames } from './tool-names.ts';

/** What the request says of tools. */
export interface ToolSettings {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
  readonly names: ToolNames;
  /** The type of the tool by which a search of the web is allowed. */
  readonly webSearch: string | undefined;
}

/** What one entry of the list gives. */
type Declaration = DeclaredTool & Omit<Tool, 'name'>;

/** @param ignored Gets the paths of what is dropped. */
export function parseTools(body: JsonObject, ignored: Set<string>): ToolSettings {
  let webSearch: string | undefined;
  const declarations = optionalArray(body['tools'], 'tools').flatMap((value, index) => {
    const path = `tools[${index}]`;
    const item = requiredObject(value, path);
    const type = requiredString(item['type'], `${path}.type`);
    if (type === 'namespace') return parseNamespace(item, path, ignored);
    if (!type.startsWith('web_search')) return parseTool(item, path, undefined, ignored);
    // Codex sends it with `false` where its user wants answers from a cache, which Poe lacks.
    if (item['external_web_access'] === false) ignored.add(`tools[].${type}`);
    else webSearch = type;
    return [];
  });
  const names = nameTools(declarations);
  const tools = declarations.map(({ name, description, parameters }, index) => ({
    name: names.inOrder[index] ?? name,
    description,
    parameters,
  }));
  return { webSearch, names, ...chooseTools(tools, body['tool_choice'], names, ignored) };
}

function parseNamespace(
  item: JsonObject,
  path: string,
  ignored: Set<string>,
): readonly Declaration[] {
  const namespace = requiredString(item['name'], `${path}.name`);
  return optionalArray(item['tools'], `${path}.tools`).flatMap((value, index) => {
    const toolPath = `${path}.tools[${index}]`;
    return parseTool(requiredObject(value, toolPath), toolPath, namespace, ignored);
  });
}

function parseTool(
  item: JsonObject,
  path: string,
  namespace: string | undefined,
  ignored: Set<string>,
): readonly Declaration[] {
  const type = requiredString(item['type'], `${path}.type`);
  if (type !== 'function' && type !== 'custom') {
    ignored.add(`tools[].${type}`);
    return [];
  }
  // Poe does not enforce schemas, so a client that asked for it is told.
  if (item['strict'] === true) ignored.add('tools[].strict');
  const custom = type === 'custom';
  const name = requiredString(item['name'], `${path}.name`);
  const description = optionalString(item['description'], `${path}.description`);
  if (custom) return [{ name, namespace, custom, ...customFunction(description, item['format']) }];
  const schema = item['parameters'] ?? undefined;
  const parameters =
    schema === undefined ? undefined : requiredObject(schema, `${path}.parameters`);
  return [{ name, namespace, custom, description, parameters }];
}

function chooseTools(
  tools: readonly Tool[],
  choice: JsonValue | undefined,
  names: ToolNames,
  ignored: Set<string>,
): Pick<ToolSettings, 'tools' | 'toolChoice'> {
  if (choice === undefined || choice === null) return { tools, toolChoice: undefined };
  const path = 'tool_choice';
  if (choice === 'auto' || choice === 'none' || choice === 'required') {
    if (tools.length > 0) return { tools, toolChoice: choice };
    // There is nothing to choose from; vendors refuse a choice without tools.
    if (choice === 'required') ignored.add(path);
    return { tools, toolChoice: undefined };
  }
  if (!isJsonObject(choice))
    throw invalidField(path, 'must be "auto", "none", "required" or an object that names a tool.');
  const { type } = choice;
  if (type === 'allowed_tools') {
    // Few vendors know this form; leaving the other tools out says the same to all.
    const allowed = new Set(
      optionalArray(choice['tools'], `${path}.tools`).map((tool) => nameOf(tool, names)),
    );
    const left = tools.filter(({ name }) => allowed.has(name));
    const mode = choice['mode'] === 'required' ? 'required' : 'auto';
    return { tools: left, toolChoice: left.length > 0 ? mode : undefined };
  }
  if (type === 'function' || type === 'custom') {
    const name = nameOf(choice, names);
    if (!tools.some((tool) => tool.name === name))
      throw invalidField(path, 'names a tool that is not among the tools.');
    return { tools, toolChoice: { name } };
  }
  ignored.add(path);
  return { tools, toolChoice: undefined };
}

/** `{ name }`, and `{ function: { name } }` as the other dialect has it. */
function nameOf(choice: JsonValue, names: ToolNames): string {
  if (!isJsonObject(choice)) return '';
  const named = isJsonObject(choice['function']) ? choice['function'] : choice;
  const { name, namespace } = named;
  if (typeof name !== 'string') return '';
  return names.flat(name, typeof namespace === 'string' ? namespace : undefined);
}
