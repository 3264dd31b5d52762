/**
 * OpenAI's tools, and the legacy functions before them, → neutral tools and a choice among them.
 */
import { invalidField } from '../../core/error.ts';
import type { Tool, ToolChoice } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import {
  optionalArray,
  optionalString,
  requiredObject,
  requiredString,
} from '../openai-shared/fields.ts';

/** The tools that may be called, and whether one must be. */
export interface ToolSettings {
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
}

/** @param ignored Gets the paths of what is dropped. */
export function parseTools(body: JsonObject, ignored: Set<string>): ToolSettings {
  const tools = [
    ...optionalArray(body['tools'], 'tools').flatMap((item, index) =>
      parseTool(item, `tools[${index}]`, ignored),
    ),
    ...optionalArray(body['functions'], 'functions').map((item, index) =>
      parseFunction(requiredObject(item, `functions[${index}]`), `functions[${index}]`),
    ),
  ];
  const field = body['tool_choice'] === undefined ? 'function_call' : 'tool_choice';
  const choice = body[field];
  if (choice === undefined) return { tools, toolChoice: undefined };
  if (tools.length === 0) {
    // There is nothing to choose from; vendors refuse a choice without tools.
    ignored.add(field);
    return { tools, toolChoice: undefined };
  }
  return chooseTools(tools, choice, field, ignored);
}

function parseTool(item: JsonValue, path: string, ignored: Set<string>): readonly Tool[] {
  const tool = requiredObject(item, path);
  const type = tool['type'] ?? 'function';
  if (type !== 'function') {
    ignored.add(`tools[].${typeof type === 'string' ? type : 'type'}`);
    return [];
  }
  const definition = requiredObject(tool['function'], `${path}.function`);
  // Poe does not enforce schemas, so a client that asked for it is told.
  if (definition['strict'] === true) ignored.add('tools[].function.strict');
  return [parseFunction(definition, `${path}.function`)];
}

function parseFunction(definition: JsonObject, path: string): Tool {
  const parameters = definition['parameters'] ?? undefined;
  return {
    name: requiredString(definition['name'], `${path}.name`),
    description: optionalString(definition['description'], `${path}.description`),
    parameters:
      parameters === undefined ? undefined : requiredObject(parameters, `${path}.parameters`),
  };
}

function chooseTools(
  tools: readonly Tool[],
  choice: JsonValue,
  path: string,
  ignored: Set<string>,
): ToolSettings {
  if (choice === 'auto' || choice === 'none' || choice === 'required')
    return { tools, toolChoice: choice };
  const object = isJsonObject(choice) ? choice : undefined;
  const type = object?.['type'] ?? 'function';

  if (object && type === 'allowed_tools') {
    // Few vendors know this form; leaving the other tools out says the same to all.
    const allowed = isJsonObject(object['allowed_tools']) ? object['allowed_tools'] : object;
    const names = new Set(
      optionalArray(allowed['tools'], `${path}.allowed_tools.tools`).map(functionName),
    );
    const toolChoice = allowed['mode'] === 'required' ? 'required' : 'auto';
    return { tools: tools.filter(({ name }) => names.has(name)), toolChoice };
  }
  if (object && type === 'function') {
    const name = functionName(object);
    if (!tools.some((tool) => tool.name === name))
      throw invalidField(path, 'names a function that is not among the tools.');
    return { tools, toolChoice: { name: name ?? '' } };
  }
  if (!object)
    throw invalidField(
      path,
      'must be "auto", "none", "required" or an object that names a function.',
    );
  ignored.add(path);
  return { tools, toolChoice: undefined };
}

/** `{ function: { name } }`, and `{ name }` as the legacy form and the Responses API have it. */
function functionName(choice: JsonValue): string | undefined {
  if (!isJsonObject(choice)) return undefined;
  const name = isJsonObject(choice['function']) ? choice['function']['name'] : choice['name'];
  return typeof name === 'string' ? name : undefined;
}
