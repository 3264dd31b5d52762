/**
 * What the gateway's owner says for a model where the client says nothing: parameters, and words that go
 * before the client's own instructions.
 */
import type { JsonObject, JsonValue } from '../lib/json.ts';
import { entryOf } from '../lib/table.ts';
import { isControl } from './parameters.ts';
import type { ContentPart, GenerationRequest, Message, OriginalRequest } from './request.ts';

/** Of one model. */
export interface Defaults {
  /** The bot's own, and those of {@link STANDARD_PARAMETERS}; with right values. */
  readonly parameters?: JsonObject | undefined;
  readonly system?: string | undefined;
}

/** A parameter that every bot has, with a field of its own in the request. */
interface StandardParameter {
  readonly field: 'temperature' | 'topP' | 'maxOutputTokens' | 'stop' | 'reasoningEffort';
  /** Completes "it must …". */
  readonly must: string;
  isRight(value: JsonValue): boolean;
}

const limit: StandardParameter = {
  field: 'maxOutputTokens',
  must: 'be a whole number, 1 or more',
  isRight: (value) => Number.isInteger(value) && Number(value) >= 1,
};

/** By OpenAI's names. */
export const STANDARD_PARAMETERS: Readonly<Record<string, StandardParameter>> = {
  temperature: upTo(2, 'temperature'),
  top_p: upTo(1, 'topP'),
  max_tokens: limit,
  max_completion_tokens: limit,
  max_output_tokens: limit,
  stop: {
    field: 'stop',
    must: 'be a list of texts',
    isRight: (value) => Array.isArray(value) && value.every((text) => isText(text)),
  },
  reasoning_effort: { field: 'reasoningEffort', must: 'be a word', isRight: isText },
};

function upTo(most: number, field: StandardParameter['field']): StandardParameter {
  return {
    field,
    must: `be a number from 0 to ${most}`,
    isRight: (value) => typeof value === 'number' && value >= 0 && value <= most,
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/**
 * The request with what its client left open. A way that speaks the client's own protocol has no place
 * for a bot's parameters, so with any of them the request is not relayed; the words are added there too.
 */
export function withDefaults(request: GenerationRequest, defaults: Defaults): GenerationRequest {
  const { parameters, system } = defaults;
  const filled = parameters ? withParameters(request, parameters) : request;
  if (system === undefined) return filled;
  const { messages, original } = filled;
  return {
    ...filled,
    messages: withSystem(messages, defaults),
    original: original && sayFirst(original, system),
  };
}

/** The conversation with the owner's words before all that the client tells the model. */
export function withSystem(
  messages: readonly Message[],
  { system: words }: Defaults,
): readonly Message[] {
  if (words === undefined) return messages;
  const [first, ...rest] = messages;
  const text: ContentPart = { type: 'text', text: words };
  if (first?.role !== 'system') return [{ role: 'system', content: [text] }, ...messages];
  // It stays one part if it was one: not every bot takes several.
  const [part, ...parts] = first.content;
  const content: readonly ContentPart[] =
    part?.type === 'text'
      ? [{ type: 'text', text: `${words}\n\n${part.text}` }, ...parts]
      : [text, ...first.content];
  return [{ ...first, content }, ...rest];
}

function withParameters(request: GenerationRequest, parameters: JsonObject): GenerationRequest {
  // An effort and a budget are two words for one thing.
  const isThoughtOf =
    (request.reasoningEffort ?? request.reasoningBudget) !== undefined ||
    Object.keys(request.parameters).some(isControl);
  const fields = new Map<string, JsonValue>();
  const own = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || (isThoughtOf && isControl(name))) continue;
    const standard = entryOf(STANDARD_PARAMETERS, name);
    if (standard) {
      const said = request[standard.field] ?? fields.get(standard.field) ?? [];
      if (Array.isArray(said) && said.length === 0) fields.set(standard.field, value);
    } else if ((entryOf(request.parameters, name) ?? null) === null) own.set(name, value);
  }
  if (fields.size + own.size === 0) return request;
  return {
    ...request,
    ...Object.fromEntries(fields),
    parameters: { ...request.parameters, ...Object.fromEntries(own) },
    original: undefined,
  };
}

const SYSTEM_FIELDS = { 'anthropic-messages': 'system', 'openai-responses': 'instructions' };

function sayFirst(original: OriginalRequest, words: string): OriginalRequest {
  const field = SYSTEM_FIELDS[original.protocol];
  const said: JsonValue | undefined = original.body[field];
  const blocks: readonly JsonValue[] | undefined = Array.isArray(said) ? said : undefined;
  const system = blocks
    ? [{ type: 'text', text: words }, ...blocks]
    : typeof said === 'string' && said !== ''
      ? `${words}\n\n${said}`
      : words;
  return { ...original, body: { ...original.body, [field]: system } };
}
