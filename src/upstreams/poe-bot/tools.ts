/**
 * Tools in a native request. Calls and their results stand beside the conversation, not in it, so
 * those of all its rounds are put into two flat lists: the newest last, each id once.
 */
import type { GenerationRequest, Message, Tool } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { joinText } from './content.ts';

/** What Poe's own client sends of a schema, and the places that a `$ref` may lead to. */
const SCHEMA_KEYS = ['type', 'properties', 'required', '$defs', 'definitions'] as const;

/** The fields of a native request that are about tools; an undefined one is left out. */
export function wireTools(request: GenerationRequest): JsonObject {
  const { calls, results } = history(request.messages);
  const tools = offered(request, calls.length > 0);
  return {
    tools: tools.length > 0 ? tools.map(wireTool) : undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
    tool_results: results.length > 0 ? results : undefined,
  };
}

/** There is no `tool_choice`: what the model must not call is not offered to it. */
function offered({ tools, toolChoice }: GenerationRequest, hasCalls: boolean): readonly Tool[] {
  // Vendors refuse calls in the conversation without the tools that were called.
  if (toolChoice === 'none' && !hasCalls) return [];
  if (typeof toolChoice !== 'object') return tools;
  const forced = tools.filter(({ name }) => name === toolChoice.name);
  return forced.length > 0 ? forced : tools;
}

function wireTool({ name, description, parameters }: Tool): JsonObject {
  return {
    type: 'function',
    // Poe's own client cannot do without a description.
    function: { name, description: description || name, parameters: wireSchema(parameters) },
  };
}

function wireSchema(schema: JsonObject | undefined): JsonObject {
  const known = SCHEMA_KEYS.flatMap((key): [string, JsonValue][] => {
    const value = schema?.[key];
    return value === undefined ? [] : [[key, value]];
  });
  return { type: 'object', properties: {}, ...Object.fromEntries(known) };
}

interface History {
  readonly calls: readonly JsonObject[];
  readonly results: readonly JsonObject[];
}

function history(messages: readonly Message[]): History {
  const names = new Map<string, string>();
  const calls = new Map<string, JsonObject>();
  const results = new Map<string, JsonObject>();
  for (const message of messages) {
    if (message.role === 'assistant') {
      for (const { id, name, arguments: text } of message.toolCalls) {
        names.set(id, name);
        setLast(calls, id, { id, type: 'function', function: { name, arguments: text } });
      }
    } else if (message.role === 'tool') {
      const id = message.toolCallId;
      const name = names.get(id) ?? 'tool';
      const content = joinText(message.content);
      setLast(results, id, { role: 'tool', name, tool_call_id: id, content });
    }
  }
  return { calls: [...calls.values()], results: [...results.values()] };
}

/** An id that is used again is the later round's: that is the one still being talked about. */
function setLast(map: Map<string, JsonObject>, id: string, value: JsonObject): void {
  map.delete(id);
  map.set(id, value);
}
