/**
 * Reads a chat completions request into the neutral `Prompt`. The request has passed the strict
 * checks; whatever bots never look at is left out.
 */
import type { Bot } from '../bot.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Prompt, Tool } from '../prompt.ts';

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map((part) => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function toolsOf(tools: unknown): readonly Tool[] {
  return objectsIn(tools)
    .map((tool) => tool['function'])
    .filter(isObject)
    .map((definition) => ({
      name: String(definition['name']),
      parameters: definition['parameters'],
    }));
}

function toolChoiceOf(choice: unknown): Prompt['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice;
  const named = isObject(choice) ? choice['function'] : undefined;
  return isObject(named) ? { name: String(named['name']) } : 'auto';
}

function stopOf(stop: unknown): readonly string[] {
  return (Array.isArray(stop) ? stop : [stop]).filter((item) => typeof item === 'string');
}

/** The neutral form of a chat request to `bot`. */
export function promptOf(request: JsonObject, bot: Bot, key: string): Prompt {
  const limit = request['max_tokens'] ?? request['max_completion_tokens'];
  const declared = bot.card?.parameters.map(({ name }) => [name, request[name]]) ?? [];
  return {
    model: String(request['model']),
    key,
    turns: objectsIn(request['messages']).map((message) => ({
      role: String(message['role']),
      text: textOf(message['content']),
    })),
    tools: toolsOf(request['tools']),
    toolChoice: toolChoiceOf(request['tool_choice']),
    parallelToolCalls: request['parallel_tool_calls'] !== false,
    maxTokens: typeof limit === 'number' ? limit : undefined,
    stop: stopOf(request['stop']),
    stream: request['stream'] === true,
    parameters: Object.fromEntries(declared),
  };
}
