/**
 * The body of `POST /v1/chat/completions` → the neutral request and the form of the reply.
 * Parameters follow the table in `parameters.ts`.
 */
import { GatewayError, invalidField } from '../../core/error.ts';
import type { ParsedRequest } from '../../core/protocol.ts';
import type { GenerationRequest, OutputFormat } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import {
  optionalArray,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalString,
  requiredObject,
} from '../openai-shared/fields.ts';
import { parseMessages } from './messages.ts';
import { PARAMETERS } from './parameters.ts';
import { render } from './render.ts';
import { renderStream } from './stream.ts';
import { parseTools } from './tools.ts';
import type { ReplyForm } from './wire.ts';

/** More answers than this to one request are not given: each is a call to Poe that costs points. */
const MOST_CHOICES = 8;
const MOST_STOPS = 32;

/** @throws {GatewayError} `invalid-request`, naming the field. */
export function parse(value: JsonValue): ParsedRequest {
  if (!isJsonObject(value))
    throw new GatewayError('invalid-request', 'The request body must be a JSON object.');
  const ignored = new Set<string>();
  const body = normalise(value, ignored);
  const parameters = parseParameters(body, ignored);
  const { tools, toolChoice } = parseTools(body, ignored);
  const streamOptions =
    body['stream_options'] === undefined
      ? {}
      : requiredObject(body['stream_options'], 'stream_options');
  for (const option of Object.keys(streamOptions))
    if (option !== 'include_usage') ignored.add(`stream_options.${option}`);

  const legacy = body['functions'] !== undefined && body['tools'] === undefined;
  const parallelToolCalls = optionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls');
  const unheeded = parallelToolCalls !== undefined && tools.length === 0;
  if (unheeded || (legacy && parallelToolCalls)) ignored.add('parallel_tool_calls');

  const request: GenerationRequest = {
    model: (optionalString(body['model'], 'model') ?? '').trim(),
    messages: parseMessages(body['messages'], ignored),
    tools,
    toolChoice,
    // The legacy form has room for one call.
    parallelToolCalls: legacy ? false : parallelToolCalls,
    maxOutputTokens:
      optionalInteger(body['max_completion_tokens'], 'max_completion_tokens', 1) ??
      optionalInteger(body['max_tokens'], 'max_tokens', 1),
    temperature: optionalNumber(body['temperature'], 'temperature', 0, 2),
    topP: optionalNumber(body['top_p'], 'top_p', 0, 1),
    stop: parseStop(body['stop']),
    logitBias:
      body['logit_bias'] === undefined
        ? undefined
        : requiredObject(body['logit_bias'], 'logit_bias'),
    reasoningEffort: optionalString(body['reasoning_effort'], 'reasoning_effort'),
    outputFormat: parseFormat(body['response_format']),
    parameters,
  };
  const choices = optionalInteger(body['n'], 'n', 1, MOST_CHOICES) ?? 1;
  const form: ReplyForm = {
    choices,
    legacyFunctions: legacy,
    includeUsage:
      optionalBoolean(streamOptions['include_usage'], 'stream_options.include_usage') ?? false,
  };
  return {
    request,
    choices,
    streamed: optionalBoolean(body['stream'], 'stream') ?? false,
    parameterFields: new Map([
      ...(body['web_search_options'] === undefined
        ? []
        : ([['web_search', 'web_search_options']] as const)),
      ...(body['max_completion_tokens'] === undefined
        ? []
        : ([['max_tokens', 'max_completion_tokens']] as const)),
    ]),
    ignored: [...ignored],
    render: (completions, answer) => render(completions, answer, form),
    renderStream: (answer, write) => renderStream(answer, form, write),
  };
}

/**
 * `extra_body` is a word of the Python SDK, which takes it apart; clients that send it mean the
 * same. `null` means absent, as it does for OpenAI.
 */
function normalise(body: JsonObject, ignored: Set<string>): JsonObject {
  const { extra_body: extra = null, ...rest } = body;
  if (extra !== null && !isJsonObject(extra)) ignored.add('extra_body');
  const fields = isJsonObject(extra) ? { ...extra, ...rest } : rest;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The bot's own parameters: what the table does not know, and what it translates to one. */
function parseParameters(body: JsonObject, ignored: Set<string>): JsonObject {
  const parameters: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    const fate = entryOf(PARAMETERS, name)?.fate;
    if (fate === 'ignored') ignored.add(name);
    else if (name === 'web_search_options') parameters.push(['web_search', true]);
    else if (fate === undefined || fate === 'declared') parameters.push([name, value]);
  }
  return Object.fromEntries(parameters);
}

function parseStop(value: JsonValue | undefined): readonly string[] {
  const items = typeof value === 'string' ? [value] : optionalArray(value, 'stop');
  if (items.length > MOST_STOPS)
    throw invalidField('stop', `must have at most ${MOST_STOPS} sequences.`);
  const sequences = items.map((item, index) => optionalString(item, `stop[${index}]`) ?? '');
  return sequences.filter((sequence) => sequence !== '');
}

function parseFormat(value: JsonValue | undefined): OutputFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = requiredObject(value, 'response_format');
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object': {
      // Instructor puts its schema beside the type.
      const schema = format['schema'];
      return isJsonObject(schema)
        ? { type: 'json-schema', name: 'response', schema }
        : { type: 'json-object' };
    }
    case 'json_schema': {
      const path = 'response_format.json_schema';
      const schema = requiredObject(format['json_schema'], path);
      return {
        type: 'json-schema',
        name: optionalString(schema['name'], `${path}.name`) ?? 'response',
        schema: schema['schema'] ?? undefined,
        description: optionalString(schema['description'], `${path}.description`),
        strict: optionalBoolean(schema['strict'], `${path}.strict`),
      };
    }
    default:
      throw invalidField('response_format.type', 'must be text, json_object or json_schema.');
  }
}
