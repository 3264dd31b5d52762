/**
 * The body of `POST /v1/responses` → the neutral request and the form of the reply. Parameters follow
 * the table in `parameters.ts`.
 */
import { GatewayError } from '../../core/error.ts';
import type { ParsedRequest } from '../../core/protocol.ts';
import type { GenerationRequest } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { readBody } from '../shared/body.ts';
import {
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalString,
  requiredObject,
} from '../shared/fields.ts';
import { parseFormat } from '../shared/format.ts';
import { parseItems } from './items.ts';
import { type Input, isReference, type ResponseMemory } from './memory.ts';
import { parseParameters } from './parameters.ts';
import { render } from './render.ts';
import { echoOf, type ReplyForm } from './response.ts';
import { renderStream } from './stream.ts';
import { parseTools } from './tools.ts';

/** The body, if it is one. `extra_body` is a word of the Python SDK, which takes it apart. */
export function requestBody(value: JsonValue): JsonObject {
  const { extra_body: extra, ...body } = readBody(value);
  return isJsonObject(extra) ? { ...extra, ...body } : body;
}

/**
 * @param input What the body's `input` stands for.
 * @throws {GatewayError} `invalid-request`, naming the field.
 */
export function parse(
  body: JsonObject,
  input: Input,
  memory: ResponseMemory | undefined,
): ParsedRequest {
  const ignored = new Set<string>();
  const parameters = parseParameters(body, ignored);
  const { tools, toolChoice, names, webSearch } = parseTools(body, ignored);
  if (webSearch !== undefined) parameters['web_search'] ??= true;
  const text = objectOf(body, 'text');
  const verbosity = optionalString(text['verbosity'], 'text.verbosity');
  if (verbosity !== undefined) parameters['verbosity'] ??= verbosity;
  const instructions = optionalString(body['instructions'], 'instructions');
  const request: GenerationRequest = {
    model: (optionalString(body['model'], 'model') ?? '').trim(),
    messages: parseItems(input, instructions, names, ignored),
    tools,
    toolChoice,
    parallelToolCalls:
      tools.length === 0
        ? undefined
        : optionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls'),
    maxOutputTokens: parseLimit(body),
    temperature: optionalNumber(body['temperature'], 'temperature', 0, 2),
    topP: optionalNumber(body['top_p'], 'top_p', 0, 1),
    stop: [],
    reasoningEffort: optionalString(objectOf(body, 'reasoning')['effort'], 'reasoning.effort'),
    outputFormat: parseFormat(text['format'], 'text.format'),
    parameters,
    original: { protocol: 'openai-responses', headers: {}, body: wholeBody(body, input.items) },
  };
  const found = input.items.filter((item) => !isReference(item));
  const isKept = optionalBoolean(body['store'], 'store') ?? true;
  const form: ReplyForm = {
    echo: echoOf(body),
    names,
    keep: memory && isKept ? (response) => memory.keep(response, found) : undefined,
  };
  return {
    request,
    choices: 1,
    streamed: optionalBoolean(body['stream'], 'stream') ?? false,
    parameterFields: new Map([
      ['reasoning_effort', 'reasoning.effort'],
      ['verbosity', 'text.verbosity'],
      ['response_format', 'text.format'],
      ['max_tokens', 'max_output_tokens'],
      ...(webSearch === undefined ? [] : ([['web_search', `tools[].${webSearch}`]] as const)),
    ]),
    ignored: [...ignored],
    render([completion], answer) {
      if (!completion) throw new GatewayError('internal', 'There is no answer to write.');
      return render(completion, answer, form);
    },
    renderStream: (answer, write) => [renderStream(answer, form, write)],
  };
}

/** The body as if nothing were kept anywhere. */
function wholeBody(body: JsonObject, items: readonly JsonObject[]): JsonObject {
  const { previous_response_id: _previous, conversation: _conversation, ...rest } = body;
  return { ...rest, input: items };
}

/** Clients that speak both dialects mix up the names. */
function parseLimit(body: JsonObject): number | undefined {
  const names = ['max_output_tokens', 'max_completion_tokens', 'max_tokens'];
  const limits = names.map((name) => optionalInteger(body[name], name, 1));
  return limits.find((limit) => limit !== undefined);
}

function objectOf(body: JsonObject, name: string): JsonObject {
  const value = body[name] ?? undefined;
  return value === undefined ? {} : requiredObject(value, name);
}
