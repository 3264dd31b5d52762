/**
 * The request in the client's own words, as Poe's responses endpoint takes them: Poe does not hear
 * `instructions`, and keeps nothing that an id could refer to.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
import type { GenerationRequest } from '../../core/request.ts';
import type { CallOptions, UpstreamCall } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { callHeaders } from '../poe-shared/headers.ts';

/** What needs an earlier response, or a Poe that works on its own. */
const UNSERVED = ['previous_response_id', 'conversation', 'prompt', 'background'];

/** The other dialect's names for the most tokens: Poe's vendors refuse them here. */
const LIMITS = ['max_completion_tokens', 'max_tokens'];

/** Codex tells its own vendor of itself in the last one. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...UNSERVED,
  'instructions',
  'client_metadata',
  ...LIMITS,
]);

/** Items that are what they say: their id is only a name. Others are referred to by theirs. */
const NAMED_ITEMS: ReadonlySet<string> = new Set([
  'message',
  'reasoning',
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'web_search_call',
]);

/** So are the results of tools, of whatever kind. */
function isNamed({ type = 'message' }: JsonObject): boolean {
  return typeof type === 'string' && (NAMED_ITEMS.has(type) || type.endsWith('_output'));
}

/** @returns The call. */
export function build(
  { model, original, maxOutputTokens }: GenerationRequest,
  { baseUrl, key, stream }: CallOptions,
): UpstreamCall {
  return {
    method: 'POST',
    url: `${baseUrl}/v1/responses`,
    headers: callHeaders({ key, stream }),
    body: JSON.stringify({
      ...wireBody(original?.body ?? {}),
      ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
      model,
      stream,
      store: false,
    }),
  };
}

/** What the client will miss of what it asked for. */
export function ignores({ original }: GenerationRequest): readonly string[] {
  const body = original?.body ?? {};
  const { input } = body;
  return [
    ...UNSERVED.filter((name) => body[name]),
    ...(Array.isArray(input) && input.some(isReference) ? ['input[].item_reference'] : []),
  ];
}

function wireBody(body: JsonObject): JsonObject {
  const { instructions, input } = body;
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !LEFT_OUT.has(name)));
  return { ...rest, input: withInstructions(wireInput(input), instructions) };
}

/** Said first in the conversation, where every model hears them. */
function withInstructions(
  input: JsonValue | undefined,
  instructions: JsonValue | undefined,
): JsonValue | undefined {
  if (typeof instructions !== 'string' || instructions === '') return input;
  const said = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const items: readonly JsonValue[] = Array.isArray(said) ? said : [];
  return [{ role: 'system', content: instructions }, ...items];
}

function wireInput(input: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(input)) return input;
  const items: readonly JsonValue[] = input;
  return items.flatMap((item): readonly JsonValue[] => {
    if (!isJsonObject(item)) return [item];
    // Thoughts that are not sent along would be looked up.
    const isLost = item['type'] === 'reasoning' && !item['encrypted_content'];
    if (isLost || isReference(item)) return [];
    if (item['id'] === undefined || !isNamed(item)) return [item];
    const { id: _, ...rest } = item;
    return [rest];
  });
}

function isReference(item: JsonValue): boolean {
  return isJsonObject(item) && item['type'] === 'item_reference';
}
