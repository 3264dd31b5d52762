/**
 * What is refused in a responses request: strangers among its fields, then what the vendor behind
 * Poe refuses, in its own words.
 */
import type { Bot } from '../bot.ts';
import { parameterFailure } from '../chat/parameters.ts';
import { hex } from '../identifier.ts';
import { rejected, vendorRejected, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { formatFailure } from './format.ts';
import { inputFailure } from './input.ts';

const FIELDS: ReadonlySet<string> = new Set(
  (
    'background include input instructions max_output_tokens max_tool_calls metadata model ' +
    'parallel_tool_calls previous_response_id prompt_cache_key prompt_cache_retention reasoning ' +
    'safety_identifier service_tier store stream stream_options temperature text tool_choice ' +
    'tools top_logprobs top_p truncation user'
  ).split(' '),
);

const TOOL_TYPES = ['function', 'web_search', 'web_search_preview'];

type Check = (request: JsonObject, bot: Bot) => Failure | undefined;

const unknownField: Check = (request, { card }) => {
  const declared = new Set(card?.parameters.map(({ name }) => name));
  const stranger = Object.keys(request).find((name) => !FIELDS.has(name) && !declared.has(name));
  return stranger === undefined
    ? undefined
    : rejected(`Unknown parameter: '${stranger}'.`, stranger, 'unknown_parameter');
};

/** It never works: Claude's way ends in a 500, GPT's in its rule to keep no data. */
const earlierResponse: Check = ({ previous_response_id: id }, { card }) => {
  if (id === undefined || id === null) return undefined;
  if (card?.owned_by === 'Anthropic') {
    const error = { message: 'Internal server error', type: 'provider_error', error_id: hex(32) };
    return { status: 500, error };
  }
  return vendorRejected(
    'Previous response cannot be used for this organization due to Zero Data Retention.',
  );
};

const tools: Check = ({ tools: given, model }, { card }) => {
  const asked = objectsIn(given);
  const wrong = asked.find(({ type, name }) => {
    const unknown = !TOOL_TYPES.includes(String(type));
    return unknown || (type === 'function' && typeof name !== 'string');
  });
  if (wrong) {
    const words = TOOL_TYPES.map((type) => `'${type}'`).join(', ');
    return rejected(`Invalid tool. Supported types are: ${words}.`, 'tools', 'invalid_value');
  }
  if (asked.length === 0 || card?.supported_features.includes('tools')) return undefined;
  return rejected(
    `Model ${String(model)} does not support tool calling. Use a tool-capable model or remove tools from the request.`,
    'model',
    'unsupported_feature_for_model',
  );
};

const reasoning: Check = ({ reasoning: asked }, { card }) => {
  const effort = isObject(asked) ? asked['effort'] : undefined;
  if (effort === undefined || effort === null) return undefined;
  if (!card?.reasoning) {
    return vendorRejected(
      "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
    );
  }
  const schema = card.parameters.find(({ name }) => name === 'reasoning_effort')?.schema;
  if (!schema?.enum || schema.enum.some((value) => value === effort)) return undefined;
  const values = schema.enum.map((value) => `'${value}'`).join(', ');
  return vendorRejected(
    `Unsupported value: '${String(effort)}' is not supported with this model. Supported values are: ${values}.`,
  );
};

/** The bot's own refusals speak the chat protocol's names. */
const own: Check = (request, bot) => {
  const { reasoning: asked, max_output_tokens: limit } = request;
  const effort = isObject(asked) ? asked['effort'] : undefined;
  return bot.refuses?.({ ...request, reasoning_effort: effort, max_tokens: limit });
};

/** In the order they are made; the first that fails answers. */
const CHECKS: readonly Check[] = [
  unknownField,
  inputFailure,
  earlierResponse,
  tools,
  formatFailure,
  reasoning,
  parameterFailure,
  own,
];

/** Why this request is refused, or undefined when it is good. */
export function responseFailure(request: JsonObject, bot: Bot): Failure | undefined {
  for (const check of CHECKS) {
    const failure = check(request, bot);
    if (failure) return failure;
  }
  return undefined;
}
