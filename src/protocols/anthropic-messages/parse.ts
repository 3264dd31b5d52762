/**
 * The body of `POST /v1/messages` → the neutral request and the form of the reply. Parameters follow
 * the table in `parameters.ts`.
 */
import { GatewayError, invalidField } from '../../core/error.ts';
import type { ParsedRequest, RequestHeaders } from '../../core/protocol.ts';
import type { GenerationRequest, OriginalRequest, OutputFormat } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { parseStop, readBody } from '../shared/body.ts';
import {
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalString,
  requiredObject,
} from '../shared/fields.ts';
import { parseMessages } from './messages.ts';
import { PARAMETERS } from './parameters.ts';
import { render } from './render.ts';
import { renderStream } from './stream.ts';
import { parseTools } from './tools.ts';

/** The client's headers that belong to the protocol: a relay passes them on. */
export const PASSED_HEADERS = ['anthropic-version', 'anthropic-beta'] as const;
const VERSION = '2023-06-01';

/** @throws {GatewayError} `invalid-request`, naming the field. */
export function parse(value: JsonValue, headers: RequestHeaders): ParsedRequest {
  const body = readBody(value);
  const ignored = new Set<string>();
  const { request, parameterFields, hidesThinking } = readRequest(body, headers, ignored);
  if (request.maxOutputTokens === undefined)
    throw invalidField(
      'max_tokens',
      'is missing: send the most tokens that the answer may have.',
      'missing_field',
    );
  return {
    request,
    choices: 1,
    streamed: optionalBoolean(body['stream'], 'stream') ?? false,
    parameterFields,
    ignored: [...ignored],
    render: ([completion], answer) => (completion ? render(completion, answer, hidesThinking) : {}),
    renderStream: (answer, write) => [renderStream(answer, request, hidesThinking, write)],
  };
}

interface ReadRequest extends Pick<ParsedRequest, 'request' | 'parameterFields'> {
  /** What the bot thinks is not to be told. */
  readonly hidesThinking: boolean;
}

/** All but what only an answer needs. @param ignored Gets the paths of what is dropped. */
export function readRequest(
  body: JsonObject,
  headers: RequestHeaders,
  ignored: Set<string>,
): ReadRequest {
  refuseThread(body['thread']);
  const parameters = readParameters(body, ignored);
  const { webSearch, ...toolSettings } = parseTools(body, ignored);
  if (webSearch !== undefined) parameters['web_search'] = true;
  const thinking = readThinking(body['thinking'], ignored);
  const output = readOutput(body, ignored);
  const maxTokens = optionalInteger(body['max_tokens'], 'max_tokens', 0);

  const request: GenerationRequest = {
    model: (optionalString(body['model'], 'model') ?? '').trim(),
    messages: parseMessages(body, ignored),
    ...toolSettings,
    // 0 asks Anthropic to fill its cache and to say nothing; Poe has nothing less than 1.
    maxOutputTokens: maxTokens === 0 ? 1 : maxTokens,
    temperature: optionalNumber(body['temperature'], 'temperature', 0, 1),
    topP: optionalNumber(body['top_p'], 'top_p', 0, 1),
    stop: parseStop(body['stop_sequences'], 'stop_sequences'),
    // Who does not want it to think at all, does not want much of it.
    reasoningEffort: thinking.budget === 0 ? undefined : output.effort,
    reasoningBudget: thinking.budget,
    outputFormat: output.format,
    parameters,
    original: original(body, headers),
  };
  return {
    request,
    hidesThinking: thinking.isHidden,
    parameterFields: new Map([
      ['web_search', `tools[].${webSearch ?? 'web_search'}`],
      [
        'reasoning_effort',
        request.reasoningEffort === undefined ? 'thinking' : 'output_config.effort',
      ],
      ['response_format', output.formatField],
    ]),
  };
}

/**
 * A thread's client sends only what is new, and Poeway keeps nothing: it must send all. These words
 * make the official SDKs do that by themselves.
 */
function refuseThread(thread: JsonValue | undefined): void {
  if (thread === undefined || thread === null) return;
  throw new GatewayError(
    'invalid-request',
    'thread: is not kept here: send the whole conversation in `messages`, without `thread`.',
    {
      param: 'thread',
      details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
    },
  );
}

/** The bot's own parameters; what is dropped is named. */
function readParameters(body: JsonObject, ignored: Set<string>): Record<string, JsonValue> {
  const parameters: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined || value === null) continue;
    const fate = entryOf(PARAMETERS, name);
    if (name === 'context_management') nameEdits(value, ignored);
    else if (fate === undefined || fate === 'declared') parameters.push([name, value]);
    else if (fate === 'ignored' && !(Array.isArray(value) && value.length === 0)) ignored.add(name);
  }
  return Object.fromEntries(parameters);
}

/** Old thoughts are left out anyway; what else was to be left out is not. */
function nameEdits(value: JsonValue, ignored: Set<string>): void {
  const edits = isJsonObject(value) && Array.isArray(value['edits']) ? value['edits'] : [];
  for (const edit of edits) {
    const given = isJsonObject(edit) ? edit['type'] : undefined;
    const type = typeof given === 'string' ? given : '';
    if (!type.startsWith('clear_thinking')) ignored.add(`context_management.${type}`);
  }
}

interface Thinking {
  /** Tokens; 0: none at all. */
  readonly budget?: number | undefined;
  readonly isHidden: boolean;
}

function readThinking(value: JsonValue | undefined, ignored: Set<string>): Thinking {
  if (value === undefined || value === null) return { isHidden: false };
  const thinking = requiredObject(value, 'thinking');
  const isHidden = thinking['display'] === 'omitted';
  switch (thinking['type']) {
    case 'enabled':
      return {
        budget: optionalInteger(thinking['budget_tokens'], 'thinking.budget_tokens', 0),
        isHidden,
      };
    case 'disabled':
    case 'between_tools':
      return { budget: 0, isHidden };
    case 'adaptive':
      return { isHidden };
    default:
      ignored.add('thinking');
      return { isHidden };
  }
}

interface Output {
  readonly effort: string | undefined;
  readonly format: OutputFormat | undefined;
  /** Where the format stands. */
  readonly formatField: string;
}

function readOutput(body: JsonObject, ignored: Set<string>): Output {
  const path = 'output_config';
  const config = isPresent(body[path]) ? requiredObject(body[path], path) : {};
  if (isPresent(config['task_budget'])) ignored.add(`${path}.task_budget`);
  const formatField = isPresent(config['format']) ? `${path}.format` : 'output_format';
  return {
    effort: optionalString(config['effort'], `${path}.effort`),
    format: readFormat(config['format'] ?? body['output_format'], formatField),
    formatField,
  };
}

function readFormat(value: JsonValue | undefined, path: string): OutputFormat | undefined {
  if (!isPresent(value)) return undefined;
  const format = requiredObject(value, path);
  if (format['type'] !== 'json_schema') throw invalidField(`${path}.type`, 'must be json_schema.');
  const schema = requiredObject(format['schema'], `${path}.schema`);
  return { type: 'json-schema', name: 'response', schema, strict: true };
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function original(body: JsonObject, headers: RequestHeaders): OriginalRequest {
  const passed = PASSED_HEADERS.flatMap((name) => {
    const value = headers.get(name) ?? (name === 'anthropic-version' ? VERSION : null);
    return value === null ? [] : [[name, value] as const];
  });
  return { protocol: 'anthropic-messages', body, headers: Object.fromEntries(passed) };
}
