/**
 * The response object: what the client asked for, given back, and what came of it.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import type { ErrorKind, GatewayError } from '../../core/error.ts';
import type { FinishReason, Usage } from '../../core/event.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import type { ToolNames } from './tool-names.ts';

/** What the client's request says about its response. */
export interface ReplyForm {
  /** What the response has of the request. */
  readonly echo: JsonObject;
  readonly names: ToolNames;
  /** Gets the finished response, where it is to be kept. */
  readonly keep: ((response: JsonObject) => void) | undefined;
}

/** What became of a response so far. */
interface Outcome {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output?: readonly JsonObject[];
  readonly usage?: Usage | undefined;
  readonly error?: GatewayError;
  /** Why it is incomplete. */
  readonly reason?: string | undefined;
}

/** Why a response is incomplete, by what ended it; all else is a complete one. */
const INCOMPLETE: Partial<Record<FinishReason, string>> = {
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
};

/** What Codex and others know; all else is the server's fault. */
const CODES: Partial<Record<ErrorKind, string>> = {
  'rate-limited': 'rate_limit_exceeded',
  'context-length': 'context_length_exceeded',
  'insufficient-points': 'insufficient_quota',
  overloaded: 'server_is_overloaded',
  'invalid-request': 'invalid_prompt',
  forbidden: 'invalid_prompt',
};

/** The fields of the request that its response repeats, with OpenAI's defaults. */
export function echoOf(body: JsonObject): JsonObject {
  const reasoning = isJsonObject(body['reasoning']) ? body['reasoning'] : {};
  const text = isJsonObject(body['text']) ? body['text'] : {};
  return {
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: body['prompt_cache_retention'] ?? null,
    reasoning: { effort: reasoning['effort'] ?? null, summary: reasoning['summary'] ?? null },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: body['service_tier'] ?? 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: text['format'] ?? { type: 'text' }, verbosity: text['verbosity'] ?? 'medium' },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    user: body['user'] ?? null,
    metadata: body['metadata'] ?? {},
  };
}

/** The id that clients know the response by. */
export function responseId({ id }: AnswerIdentity): string {
  return `resp_${id}`;
}

/** How the answer ended, in the response's words. */
export function outcomeOf(reason: FinishReason): Pick<Outcome, 'reason'> & {
  readonly status: 'completed' | 'incomplete';
} {
  const why = INCOMPLETE[reason];
  return { status: why === undefined ? 'completed' : 'incomplete', reason: why };
}

/** The whole object. */
export function responseObject(
  answer: AnswerIdentity,
  echo: JsonObject,
  { status, output = [], usage, error, reason }: Outcome,
): JsonObject {
  return {
    id: responseId(answer),
    object: 'response',
    created_at: answer.created,
    status,
    background: false,
    // There is no clock in this room.
    completed_at: null,
    error: error ? { code: CODES[error.kind] ?? 'server_error', message: error.message } : null,
    incomplete_details: reason === undefined ? null : { reason },
    model: answer.model,
    output,
    ...echo,
    // What is finished has counts, which many clients read without a look.
    usage: usage || status === 'completed' || status === 'incomplete' ? wireUsage(usage) : null,
  };
}

/** `estimated` marks counts that Poe did not give. */
export function wireUsage({
  inputTokens = 0,
  outputTokens = 0,
  cachedInputTokens = 0,
  reasoningTokens = 0,
  estimated = false,
}: Partial<Usage> = {}): JsonObject {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
    ...(estimated ? { estimated: true } : {}),
  };
}
