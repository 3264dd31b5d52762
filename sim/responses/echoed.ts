/**
 * The members of a response that give the request's own values back, as OpenAI fills them in.
 */
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { ModelCard } from '../model-card.ts';

const NOWHERE = { type: 'approximate', city: null, country: 'US', region: null, timezone: null };
const SEARCH = { filters: null, search_context_size: 'medium', user_location: NOWHERE };

/** Functions come back strict, and without the address of their schema's language. */
function echoedFunction(tool: JsonObject): JsonObject {
  if (!isObject(tool['parameters'])) return tool;
  const { $schema: _, ...parameters } = tool['parameters'];
  return { ...tool, parameters, strict: tool['strict'] ?? true };
}

/** Tool type → how such a tool comes back; any other as it went. */
const TOOLS: Readonly<Record<string, (tool: JsonObject) => JsonObject>> = {
  function: echoedFunction,
  custom: (tool) => ({ format: { type: 'text' }, ...tool }),
  namespace: (tool) => ({ ...tool, tools: echoedTools(tool['tools']) }),
  web_search: (tool) => ({ ...SEARCH, ...tool }),
  web_search_preview: (tool) => ({ ...SEARCH, ...tool }),
};

function echoedTools(tools: unknown): readonly JsonObject[] {
  return objectsIn(tools).map((tool) => TOOLS[String(tool['type'])]?.(tool) ?? tool);
}

/** As recorded: a bot that thinks does so with medium effort, and «auto» means detailed. */
function echoedReasoning(reasoning: unknown, card: ModelCard | undefined): JsonObject {
  const { effort, summary } = isObject(reasoning) ? reasoning : {};
  const usual = card?.reasoning?.supports_reasoning_effort ? 'medium' : null;
  return { effort: effort ?? usual, summary: summary === 'auto' ? 'detailed' : (summary ?? null) };
}

function echoedText(text: unknown): JsonObject {
  return { format: { type: 'text' }, verbosity: 'medium', ...(isObject(text) && text) };
}

/** The default tier is what «auto» comes to. */
function echoedTier(tier: unknown): unknown {
  return tier === undefined || tier === null || tier === 'auto' ? 'default' : tier;
}

/** Members that were seen in no reply to a request without them. */
const ONLY_IF_ASKED = ['user', 'prompt_cache_retention'];

/** All such members. `store` is not among them: nothing is ever kept. */
export function echoed(request: JsonObject, card: ModelCard | undefined): JsonObject {
  const asked = ONLY_IF_ASKED.filter((name) => typeof request[name] === 'string');
  return {
    metadata: request['metadata'] ?? {},
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    temperature: request['temperature'] ?? 1,
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: echoedTools(request['tools']),
    top_p: request['top_p'] ?? 1,
    reasoning: echoedReasoning(request['reasoning'], card),
    text: echoedText(request['text']),
    truncation: request['truncation'] ?? 'disabled',
    service_tier: echoedTier(request['service_tier']),
    top_logprobs: request['top_logprobs'] ?? 0,
    max_output_tokens: request['max_output_tokens'] ?? null,
    max_tool_calls: request['max_tool_calls'] ?? null,
    safety_identifier: request['safety_identifier'] ?? null,
    prompt_cache_key: request['prompt_cache_key'] ?? null,
    ...Object.fromEntries(asked.map((name) => [name, request[name]])),
  };
}
