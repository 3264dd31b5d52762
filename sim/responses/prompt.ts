/**
 * Reads a responses request into the neutral `Prompt`. `instructions` are not read: Poe ignores
 * them.
 */
import type { Bot } from '../bot.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Prompt, Tool } from '../prompt.ts';
import { formatOf } from './format.ts';
import { turnsOf } from './input.ts';

function toolChoiceOf(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  return isObject(choice) && typeof choice['name'] === 'string' ? { name: choice['name'] } : 'auto';
}

/** What a custom tool takes, as a schema: a text. */
const TEXT: JsonObject = { type: 'string' };

type ToolReader = (tool: JsonObject) => readonly Tool[];

/** Tool type → the tools it is; what the vendor runs itself is none. */
const TOOLS: Readonly<Record<string, ToolReader>> = {
  function: ({ name, parameters }) => [{ name: String(name), parameters }],
  custom: ({ name }) => [{ name: String(name), parameters: TEXT, custom: true }],
  namespace: ({ name, tools }) => toolsOf(tools).map((tool) => within(String(name), tool)),
};

function within(namespace: string, tool: Tool): Tool {
  return { ...tool, namespace };
}

function toolsOf(tools: unknown): readonly Tool[] {
  return objectsIn(tools).flatMap((tool) => TOOLS[String(tool['type'])]?.(tool) ?? []);
}

function searches(tools: unknown): boolean {
  return objectsIn(tools).some((tool) => String(tool['type']).startsWith('web_search'));
}

/** The neutral form of a responses request to `bot`. */
export function responsesPrompt(request: JsonObject, bot: Bot, key: string): Prompt {
  const limit = request['max_output_tokens'];
  const { reasoning } = request;
  const effort = isObject(reasoning) ? reasoning['effort'] : undefined;
  const declared = bot.card?.parameters.map(({ name }) => [name, request[name]]) ?? [];
  return {
    door: 'responses',
    model: String(request['model']),
    key,
    turns: turnsOf(request),
    tools: toolsOf(request['tools']),
    toolChoice: toolChoiceOf(request['tool_choice']),
    parallelToolCalls: request['parallel_tool_calls'] !== false,
    maxTokens: typeof limit === 'number' ? limit : undefined,
    stop: [],
    stream: request['stream'] === true,
    format: formatOf(request),
    webSearch: searches(request['tools']),
    parameters: { ...Object.fromEntries(declared), ...(effort !== undefined && { effort }) },
  };
}
