/**
 * The fate of every parameter of a response: one table, which the parser obeys and
 * `docs/compatibility-responses.md` repeats and explains (a test compares the two). A parameter that
 * is not here is taken for the bot's own.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
import { invalidField } from '../../core/error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';

/**
 * - `passed`: given to Poe as it is
 * - `translated`: given to Poe in the form that Poe takes
 * - `enforced`: made true by Poeway itself
 * - `echoed`: stands in the response, as it came; nothing else comes of it
 * - `ignored`: dropped, and named in `x-poeway-ignored` where it asks for something
 * - `dropped`: the answer is the same without it, so it is not named
 * - `refused`: a 400, where it asks for something
 */
export type Fate =
  | 'passed'
  | 'translated'
  | 'enforced'
  | 'echoed'
  | 'ignored'
  | 'dropped'
  | 'refused';

/** In the order of OpenAI's reference; then what other clients send. */
export const PARAMETERS: Readonly<Record<string, Fate>> = {
  background: 'refused',
  context_management: 'ignored',
  conversation: 'refused',
  include: 'ignored',
  input: 'translated',
  instructions: 'translated',
  max_output_tokens: 'passed',
  max_tool_calls: 'echoed',
  metadata: 'echoed',
  model: 'translated',
  moderation: 'ignored',
  parallel_tool_calls: 'enforced',
  previous_response_id: 'enforced',
  prompt: 'refused',
  prompt_cache_key: 'echoed',
  prompt_cache_options: 'dropped',
  prompt_cache_retention: 'echoed',
  reasoning: 'translated',
  safety_identifier: 'echoed',
  service_tier: 'echoed',
  store: 'enforced',
  stream: 'enforced',
  stream_options: 'dropped',
  temperature: 'passed',
  text: 'enforced',
  tool_choice: 'translated',
  tools: 'translated',
  top_logprobs: 'ignored',
  top_p: 'passed',
  truncation: 'ignored',
  user: 'echoed',
  client_metadata: 'dropped',
  max_completion_tokens: 'translated',
  max_tokens: 'translated',
  extra_body: 'translated',
};

const REFUSALS: Readonly<Record<string, string>> = {
  background: 'is not supported: leave it out, and wait for the answer or stream it.',
  conversation:
    'is not supported: use previous_response_id, or send the whole conversation in `input`.',
  prompt: 'is not supported: OpenAI keeps it, not Poe. Send its text in `instructions` or `input`.',
};

/** Thoughts in a form that only their vendor can read: agents ask for them always, Poe has none. */
const IDLE: ReadonlySet<unknown> = new Set([false, 0, 'disabled', 'reasoning.encrypted_content']);

/**
 * The bot's own parameters: those that the table does not have.
 *
 * @param ignored Gets the names of what is dropped.
 * @throws {GatewayError} for what is refused
 */
export function parseParameters(body: JsonObject, ignored: Set<string>): Record<string, JsonValue> {
  const parameters = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined || value === null) continue;
    const fate = entryOf(PARAMETERS, name);
    if (fate === undefined) parameters.set(name, value);
    else if (isIdle(value)) continue;
    else if (fate === 'ignored') ignored.add(name);
    else if (fate === 'refused') throw invalidField(name, REFUSALS[name] ?? '');
  }
  return Object.fromEntries(parameters);
}

/** It asks for nothing. */
function isIdle(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every((item: JsonValue) => IDLE.has(item));
  return IDLE.has(value) || (isJsonObject(value) && Object.keys(value).length === 0);
}
