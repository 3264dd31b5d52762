/**
 * The response object: all members that were recorded, with the request's own values echoed.
 * `instructions` stays null, as they were never heard.
 */
import { usageOf } from '../chat/usage.ts';
import type { Speech } from '../bot.ts';
import { hex } from '../identifier.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { ModelCard } from '../model-card.ts';
import type { PlainAnswer } from '../piece.ts';
import { countWords, type Prompt } from '../prompt.ts';
import { echoed } from './echoed.ts';
import { snapshotOf } from './snapshot.ts';

function responseId(): string {
  const route = `litellm:custom_llm_provider:openai;model_id:None;response_id:resp_${hex(50)}`;
  return `resp_${Buffer.from(route).toString('base64')}`;
}

/** The members that do not change while the answer grows. */
export function headOf(
  request: JsonObject,
  prompt: Prompt,
  speech: Speech,
  card: ModelCard | undefined,
): JsonObject {
  return {
    id: responseId(),
    created_at: Math.floor(Date.now() / 1000),
    model: speech.model ?? snapshotOf(card) ?? prompt.model,
    object: 'response',
    output: [],
    ...echoed(request, card),
    status: 'in_progress',
    usage: null,
    store: false,
    background: false,
    billing: { payer: 'developer' },
    completed_at: null,
    frequency_penalty: 0,
    presence_penalty: 0,
    error: null,
    incomplete_details: null,
    instructions: null,
    previous_response_id: null,
  };
}

function usageMembers(prompt: Prompt, answer: PlainAnswer, speech: Speech): JsonObject | null {
  if (speech.usage === 'none') return null;
  const counted = usageOf(prompt, answer, 'details') ?? {};
  const calls = answer.pieces.map((piece) => (piece.kind === 'call' ? piece.arguments : ''));
  const output = Number(counted['completion_tokens']) + countWords(calls.join(' '));
  const input = Number(counted['prompt_tokens']);
  const { completion_tokens_details: details } = counted;
  const thought = isObject(details) ? details['reasoning_tokens'] : 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: thought },
    total_tokens: input + output,
  };
}

/** The members of a response that has ended. */
export function endOf(
  head: JsonObject,
  output: readonly JsonObject[],
  prompt: Prompt,
  answer: PlainAnswer,
  speech: Speech,
): JsonObject {
  const { finish } = answer;
  const reasons: Readonly<Record<string, string>> = {
    length: 'max_output_tokens',
    content_filter: 'content_filter',
  };
  const reason = finish === null ? undefined : reasons[finish];
  const plain = {
    ...head,
    output,
    status: reason === undefined ? 'completed' : 'incomplete',
    usage: usageMembers(prompt, answer, speech),
    completed_at: Math.floor(Date.now() / 1000),
    incomplete_details: reason === undefined ? null : { reason },
  };
  return speech.envelope?.(plain) ?? plain;
}
