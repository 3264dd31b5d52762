/**
 * The body of `POST /v1/chat/completions` → the neutral request and the form of the reply.
 * Parameters follow the table in `parameters.ts`; their names in other dialects, `dialects.ts`.
 */
import type { ParsedRequest } from '../../core/protocol.ts';
import type { GenerationRequest } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { parseStop, readBody, withExtraBody } from '../shared/body.ts';
import {
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalString,
  requiredObject,
} from '../shared/fields.ts';
import { parseFormat } from '../shared/format.ts';
import { findField, FOREIGN } from './dialects.ts';
import { parseMessages } from './messages.ts';
import { PARAMETERS } from './parameters.ts';
import { render } from './render.ts';
import { renderStream } from './stream.ts';
import { parseTools } from './tools.ts';
import type { ReplyForm } from './wire.ts';

/** More answers than this to one request are not given: each is a call to Poe that costs points. */
const MOST_CHOICES = 8;

/** @throws {GatewayError} `invalid-request`, naming the field. */
export function parse(value: JsonValue): ParsedRequest {
  const ignored = new Set<string>();
  const body = withExtraBody(readBody(value), ignored);
  const limit = findField(body, 'max_tokens');
  const stop = findField(body, 'stop');
  const effort = findField(body, 'reasoning_effort');
  const verbosity = findField(body, 'verbosity');
  const format = findField(body, 'response_format');
  const parameters = parseParameters(body, ignored);
  if (verbosity.value !== undefined) parameters['verbosity'] = verbosity.value;
  const { tools, toolChoice, customTools } = parseTools(body, ignored);
  const streamOptions =
    body['stream_options'] === undefined
      ? {}
      : requiredObject(body['stream_options'], 'stream_options');
  for (const option of Object.keys(streamOptions))
    if (option !== 'include_usage') ignored.add(`stream_options.${option}`);

  const legacy = body['functions'] !== undefined && body['tools'] === undefined;
  const parallelToolCalls = parseParallel(body);
  const unheeded = parallelToolCalls !== undefined && tools.length === 0;
  if (unheeded || (legacy && parallelToolCalls)) ignored.add('parallel_tool_calls');
  const reasoningBudget = parseBudget(body['thinking'], ignored);

  const request: GenerationRequest = {
    model: (optionalString(body['model'], 'model') ?? '').trim(),
    messages: parseMessages(body, customTools, ignored),
    tools,
    toolChoice,
    // The legacy form has room for one call.
    parallelToolCalls: legacy ? false : parallelToolCalls,
    maxOutputTokens: optionalInteger(limit.value, limit.path, 1),
    temperature: optionalNumber(body['temperature'], 'temperature', 0, 2),
    topP: optionalNumber(body['top_p'], 'top_p', 0, 1),
    stop: parseStop(stop.value, stop.path),
    logitBias:
      body['logit_bias'] === undefined
        ? undefined
        : requiredObject(body['logit_bias'], 'logit_bias'),
    reasoningEffort: optionalString(effort.value, effort.path),
    reasoningBudget,
    outputFormat: parseFormat(format.value, format.path),
    parameters,
  };
  const choices = optionalInteger(body['n'], 'n', 1, MOST_CHOICES) ?? 1;
  const form: ReplyForm = {
    choices,
    legacyFunctions: legacy,
    includeUsage:
      optionalBoolean(streamOptions['include_usage'], 'stream_options.include_usage') ?? false,
    customTools,
  };
  return {
    request,
    choices,
    streamed: optionalBoolean(body['stream'], 'stream') ?? false,
    parameterFields: new Map([
      ['max_tokens', limit.path],
      ['stop', stop.path],
      ['reasoning_effort', effort.value === undefined ? 'thinking' : effort.path],
      ['verbosity', verbosity.path],
      ['response_format', format.path],
      [
        'web_search',
        body['web_search_options'] === undefined ? 'web_search' : 'web_search_options',
      ],
    ]),
    ignored: [...ignored],
    render: (completions, answer) => render(completions, answer, form),
    renderStream: (answer, write) => renderStream(answer, form, write),
  };
}

/** The bot's own parameters: what the table does not know, and what it translates to one. */
function parseParameters(body: JsonObject, ignored: Set<string>): Record<string, JsonValue> {
  const parameters: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    const fate = entryOf(PARAMETERS, name) ?? entryOf(FOREIGN, name);
    if (fate === 'ignored') ignored.add(name);
    else if (name === 'web_search_options') parameters.push(['web_search', true]);
    else if (
      fate === undefined ||
      fate === 'declared' ||
      (fate === 'objects' && !isJsonObject(value))
    )
      parameters.push([name, value]);
  }
  return Object.fromEntries(parameters);
}

/** Anthropic's form of it stands with the choice of a tool. */
function parseParallel(body: JsonObject): boolean | undefined {
  const { tool_choice: choice, parallel_tool_calls: parallel } = body;
  const path = 'tool_choice.disable_parallel_tool_use';
  const isSingle = isJsonObject(choice)
    ? optionalBoolean(choice['disable_parallel_tool_use'], path)
    : undefined;
  return optionalBoolean(parallel, 'parallel_tool_calls') ?? (isSingle ? false : undefined);
}

/** How much Anthropic's `thinking` lets the model think. */
function parseBudget(thinking: JsonValue | undefined, ignored: Set<string>): number | undefined {
  if (!isJsonObject(thinking)) return undefined;
  const { type, budget_tokens: budget } = thinking;
  if (type === 'disabled') return 0;
  if (type !== 'enabled' && type !== 'adaptive') ignored.add('thinking');
  return optionalInteger(budget, 'thinking.budget_tokens', 0);
}
