/**
 * What the strict chat handler (the only one since April 2026) refuses in a request as a whole.
 * Messages are checked in `messages.ts`, declared parameters in `parameters.ts`.
 */
import type { Bot } from '../bot.ts';
import { rejected, type Failure } from '../failure.ts';
import { objectsIn, type JsonObject } from '../json.ts';
import { messageFailure } from './messages.ts';
import { parameterFailure } from './parameters.ts';
import { toolsRefusal } from './tool-refusal.ts';

/** OpenAI's own request members; any other must be declared by the model. */
const STANDARD_FIELDS: ReadonlySet<string> = new Set([
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'metadata',
  'modalities',
  'model',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
]);

type Check = (request: JsonObject, bot: Bot) => Failure | undefined;

const unknownField: Check = (request, bot) => {
  const declared = new Set(bot.card?.parameters.map((parameter) => parameter.name));
  const stranger = Object.keys(request).find(
    (field) => !STANDARD_FIELDS.has(field) && !declared.has(field),
  );
  if (stranger === undefined) return undefined;
  return rejected(
    `Unknown parameter: '${stranger}' is neither part of the chat completions request nor a parameter of ${bot.name}.`,
    stranger,
    'unknown_parameter',
  );
};

const manyChoices: Check = ({ n }) =>
  n === undefined || n === null || n === 1
    ? undefined
    : rejected('n must be 1: only one choice is supported.', 'n', 'invalid_value');

const unsupportedTools: Check = ({ tools, model }, bot) => {
  // An unlisted bot has no card to say that it lacks tools.
  const supported = bot.card === undefined || bot.card.supported_features.includes('tools');
  if (supported || objectsIn(tools).length === 0) return undefined;
  return toolsRefusal(bot, String(model));
};

const hotTemperature: Check = ({ temperature }) =>
  typeof temperature !== 'number' || (temperature >= 0 && temperature <= 2)
    ? undefined
    : rejected('temperature must be between 0 and 2.', 'temperature', 'invalid_value');

/** In the order they are made; the first that fails answers. */
const CHECKS: readonly Check[] = [
  unknownField,
  messageFailure,
  manyChoices,
  hotTemperature,
  unsupportedTools,
  parameterFailure,
  (request, bot) => bot.refuses?.(request),
];

/** Why this request is refused, or undefined when it is good. */
export function strictFailure(request: JsonObject, bot: Bot): Failure | undefined {
  for (const check of CHECKS) {
    const failure = check(request, bot);
    if (failure) return failure;
  }
  return undefined;
}
