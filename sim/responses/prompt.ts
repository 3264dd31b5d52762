/**
 * Reads a responses request into the neutral `Prompt`. `instructions` are not read: Poe ignores
 * them.
 */
import type { Bot } from '../bot.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Prompt } from '../prompt.ts';
import { formatOf } from './format.ts';
import { turnsOf } from './input.ts';

function toolChoiceOf(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  return isObject(choice) && typeof choice['name'] === 'string' ? { name: choice['name'] } : 'auto';
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
    tools: objectsIn(request['tools'])
      .filter((tool) => tool['type'] === 'function')
      .map(({ name, parameters }) => ({ name: String(name), parameters })),
    toolChoice: toolChoiceOf(request['tool_choice']),
    parallelToolCalls: request['parallel_tool_calls'] !== false,
    maxTokens: typeof limit === 'number' ? limit : undefined,
    stop: [],
    stream: request['stream'] === true,
    format: formatOf(request),
    parameters: { ...Object.fromEntries(declared), ...(effort !== undefined && { effort }) },
  };
}
