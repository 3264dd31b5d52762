/**
 * The body of `POST /v1/completions` → the neutral request and the form of the reply. Parameters
 * follow the table in `parameters.ts`.
 */
import type { ParsedRequest } from '../../core/protocol.ts';
import type { GenerationRequest } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { parseStop, readBody, withExtraBody } from '../shared/body.ts';
import {
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalString,
  requiredObject,
} from '../shared/fields.ts';
import { PARAMETERS } from './parameters.ts';
import { conversation, parsePrompts } from './prompt.ts';
import { render } from './render.ts';
import { renderStream } from './stream.ts';
import type { ReplyForm } from './wire.ts';

/** @throws {GatewayError} `invalid-request`, naming the field. */
export function parse(value: JsonValue): ParsedRequest {
  const ignored = new Set<string>();
  const body = withExtraBody(readBody(value), ignored);
  const parameters = parseParameters(body, ignored);
  const streamOptions = requiredObject(body['stream_options'] ?? {}, 'stream_options');
  for (const option of Object.keys(streamOptions))
    if (option !== 'include_usage') ignored.add(`stream_options.${option}`);

  const suffix = optionalString(body['suffix'], 'suffix') ?? '';
  const each = optionalInteger(body['n'], 'n', 1) ?? 1;
  const prompts = parsePrompts(body['prompt'], each, suffix.trim() !== '');
  const conversations = prompts.map((prompt) => conversation(prompt, suffix));
  const messagesOf = (choice: number): GenerationRequest['messages'] =>
    conversations[Math.floor(choice / each)] ?? [];

  const request: GenerationRequest = {
    model: (optionalString(body['model'], 'model') ?? '').trim(),
    messages: messagesOf(0),
    tools: [],
    maxOutputTokens: optionalInteger(body['max_tokens'], 'max_tokens', 1),
    temperature: optionalNumber(body['temperature'], 'temperature', 0, 2),
    topP: optionalNumber(body['top_p'], 'top_p', 0, 1),
    stop: parseStop(body['stop'], 'stop'),
    logitBias:
      body['logit_bias'] === undefined
        ? undefined
        : requiredObject(body['logit_bias'], 'logit_bias'),
    reasoningEffort: optionalString(body['reasoning_effort'], 'reasoning_effort'),
    parameters,
  };
  const form: ReplyForm = {
    // All answers to the first prompt, then those to the second, as OpenAI numbers them.
    prompts: prompts.flatMap((prompt) => Array.from({ length: each }, () => prompt)),
    echo: optionalBoolean(body['echo'], 'echo') ?? false,
    includeUsage:
      optionalBoolean(streamOptions['include_usage'], 'stream_options.include_usage') ?? false,
  };
  return {
    request,
    choices: form.prompts.length,
    streamed: optionalBoolean(body['stream'], 'stream') ?? false,
    parameterFields: new Map(),
    ignored: [...ignored],
    messagesOf,
    render: (completions, answer) => render(completions, answer, form),
    renderStream: (answer, write) => renderStream(answer, form, write),
  };
}

/** The bot's own parameters: what the table does not know. */
function parseParameters(body: JsonObject, ignored: Set<string>): JsonObject {
  const parameters: [string, JsonValue | undefined][] = [];
  for (const [name, value] of Object.entries(body)) {
    const fate = entryOf(PARAMETERS, name);
    if (fate === undefined) parameters.push([name, value]);
    // The best of one is that one.
    else if (fate === 'ignored' && !(name === 'best_of' && value === 1)) ignored.add(name);
  }
  return Object.fromEntries(parameters);
}
