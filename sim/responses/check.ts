/**
 * What is refused in a responses request: strangers among its fields, then what the vendor behind
 * Poe refuses, in its own words.
 */
import type { Bot } from '../bot.ts';
import { parameterFailure } from '../chat/parameters.ts';
import { hex } from '../identifier.ts';
import { vendorRejected, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';
import { formatFailure } from './format.ts';
import { inputFailure } from './input-check.ts';
import { isOpenAI, toolsFailure } from './tool-check.ts';
import { unknownParameter, unsupportedValue } from './unsupported.ts';

const FIELDS: ReadonlySet<string> = new Set(
  (
    'background conversation include input instructions max_output_tokens max_tool_calls metadata ' +
    'model parallel_tool_calls previous_response_id prompt prompt_cache_key ' +
    'prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options ' +
    'temperature text tool_choice tools top_logprobs top_p truncation user'
  ).split(' '),
);

/** What OpenAI takes besides, in no document of its own: Codex sends it. */
const OPENAI_FIELDS: ReadonlySet<string> = new Set(['client_metadata']);

const INCLUDABLE = [
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
  'file_search_call.results',
  'message.input_image.image_url',
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
  'web_search_call.action.sources',
  'web_search_call.results',
];

/** What is kept nowhere cannot be used again. */
const KEPT: ReadonlyArray<readonly [field: string, what: string]> = [
  ['previous_response_id', 'Previous response'],
  ['conversation', 'Conversation'],
  ['background', 'Background mode'],
  ['prompt', 'Prompt template'],
];

const SUMMARIES = ['auto', 'concise', 'detailed'];
const TRUNCATIONS = ['auto', 'disabled'];

type Check = (request: JsonObject, bot: Bot) => Failure | undefined;

const unknownField: Check = (request, bot) => {
  const declared = new Set(bot.card?.parameters.map(({ name }) => name));
  const known = (name: string): boolean =>
    FIELDS.has(name) || declared.has(name) || (isOpenAI(bot) && OPENAI_FIELDS.has(name));
  const stranger = Object.keys(request).find((name) => !known(name));
  return stranger === undefined ? undefined : unknownParameter(stranger);
};

/** It never works: Claude's way ends in a 500, GPT's in its rule to keep no data. */
const kept: Check = (request, { card }) => {
  const asked = KEPT.find(
    ([field]) => ![undefined, null, false].some((no) => no === request[field]),
  );
  if (!asked) return undefined;
  const [field, what] = asked;
  if (field === 'previous_response_id' && card?.owned_by === 'Anthropic') {
    const error = { message: 'Internal server error', type: 'provider_error', error_id: hex(32) };
    return { status: 500, error };
  }
  return vendorRejected(`${what} cannot be used for this organization due to Zero Data Retention.`);
};

function oneOf(value: unknown, values: readonly string[], param: string): Failure | undefined {
  const fine = value === undefined || value === null || values.some((known) => known === value);
  return fine ? undefined : unsupportedValue(value, values, param);
}

const listedValues: Check = ({ include, reasoning, truncation }) => {
  const included: readonly unknown[] = Array.isArray(include) ? include : [];
  const wrong = included.map((value, index) => oneOf(value, INCLUDABLE, `include[${index}]`));
  return (
    wrong.find((failure) => failure !== undefined) ??
    oneOf(isObject(reasoning) ? reasoning['summary'] : null, SUMMARIES, 'reasoning.summary') ??
    oneOf(truncation, TRUNCATIONS, 'truncation')
  );
};

const effort: Check = ({ reasoning: asked }, { card }) => {
  const given = isObject(asked) ? asked['effort'] : undefined;
  if (given === undefined || given === null) return undefined;
  if (!card?.reasoning) {
    return vendorRejected(
      "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
    );
  }
  const schema = card.parameters.find(({ name }) => name === 'reasoning_effort')?.schema;
  if (!schema?.enum || schema.enum.some((value) => value === given)) return undefined;
  const values = schema.enum.map((value) => `'${value}'`).join(', ');
  return vendorRejected(
    `Unsupported value: '${String(given)}' is not supported with this model. Supported values are: ${values}.`,
  );
};

/** The bot's own refusals speak the chat protocol's names. */
const own: Check = (request, bot) => {
  const { reasoning: asked, max_output_tokens: limit } = request;
  const given = isObject(asked) ? asked['effort'] : undefined;
  return bot.refuses?.({ ...request, reasoning_effort: given, max_tokens: limit });
};

/** In the order they are made; the first that fails answers. */
const CHECKS: readonly Check[] = [
  unknownField,
  inputFailure,
  kept,
  listedValues,
  toolsFailure,
  formatFailure,
  effort,
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
