/**
 * The message object: the members that were recorded, in their order, and the usage of each way.
 */
import type { UsageStyle } from '../bot.ts';
import { hex } from '../identifier.ts';
import { isObject, type JsonObject } from '../json.ts';
import { countWords } from '../prompt.ts';
import type { Block } from './block.ts';
import { inputWords } from './cache.ts';

/** An answer, ready to be put into a message. */
export interface Said {
  readonly blocks: readonly Block[];
  readonly stopReason: string | null;
  readonly stopSequence: string | null;
}

/** Finish reason of an answer → Anthropic's; any other is passed on. */
const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

/** Why an answer ended. */
export function stopReasonOf(finish: string | null): string | null {
  return finish === null ? null : (STOP_REASONS[finish] ?? finish);
}

function outputWords(blocks: readonly Block[]): number {
  const texts = blocks.map(({ done }) => {
    const { text, thinking, input } = done;
    if (isObject(input)) return JSON.stringify(input);
    return [text, thinking].filter((part) => typeof part === 'string').join('');
  });
  return countWords(texts.join(' '));
}

function inputMembers(request: JsonObject): JsonObject {
  const { fresh, written, read } = inputWords(request);
  return {
    input_tokens: fresh,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
  };
}

function cacheMember(input: JsonObject): JsonObject {
  const written = input['cache_creation_input_tokens'];
  return {
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
  };
}

/** What a message that is not streamed was counted at; `total_tokens` is Poe's. */
function wholeUsage(request: JsonObject, { blocks }: Said, style: UsageStyle): JsonObject {
  const input = inputMembers(request);
  const output = outputWords(blocks);
  return {
    ...input,
    ...cacheMember(input),
    output_tokens: output,
    ...(style === 'details' && { service_tier: 'standard', inference_geo: 'global' }),
    total_tokens: Number(input['input_tokens']) + output,
  };
}

/** Of the events that begin and end a stream; undefined for a bot that never counts. */
export function streamUsage(
  request: JsonObject,
  { blocks }: Said,
  style: UsageStyle = 'last-chunk',
): { readonly start: JsonObject; readonly end: JsonObject } | undefined {
  if (style === 'none') return undefined;
  const input = inputMembers(request);
  return {
    start: { ...input, ...cacheMember(input), output_tokens: 1 },
    end: { ...input, output_tokens: outputWords(blocks) },
  };
}

/** The members of a message that nothing has been said in yet. */
export function headOf(model: string): JsonObject {
  return {
    model,
    id: `req_poe_${hex(32)}`,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

/** What was cleared from the context: nothing. Told to whoever wanted something cleared. */
export function clearedMember({ context_management: asked }: JsonObject): JsonObject {
  return isObject(asked) ? { context_management: { applied_edits: [] } } : {};
}

/** The whole message. */
export function messageOf(
  request: JsonObject,
  model: string,
  said: Said,
  style: UsageStyle = 'last-chunk',
): JsonObject {
  return {
    ...headOf(model),
    content: said.blocks.map(({ done }) => done),
    stop_reason: said.stopReason,
    stop_sequence: said.stopSequence,
    ...(style !== 'none' && { usage: wholeUsage(request, said, style) }),
    ...clearedMember(request),
  };
}
