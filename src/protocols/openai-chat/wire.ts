/**
 * The parts of OpenAI's reply that the whole completion and the stream share.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
import type { FinishReason, OutputFile } from '../../core/event.ts';
import type { ToolCall } from '../../core/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import { customInput } from '../shared/custom-tool.ts';

/** The type of a call, and the field of the same name that holds it. */
export type CallForm = 'function' | 'custom';

/** What the client's request says about the form of the reply. */
export interface ReplyForm {
  readonly choices: number;
  /** Asked with `functions`: calls are answered as `function_call`. */
  readonly legacyFunctions: boolean;
  /** A last chunk with the usage is wanted. */
  readonly includeUsage: boolean;
  /** The tools whose input is a text, by name: how their calls are written. */
  readonly customTools: ReadonlyMap<string, CallForm>;
}

/** A call, whole. A custom tool's has its text, not the JSON in which the bot wrote that. */
export function wireCall({ id, name, arguments: json }: ToolCall, form: ReplyForm): JsonObject {
  const type = form.customTools.get(name);
  const call = type === undefined ? json : customInput(json);
  return type === 'custom'
    ? { id, type, custom: { name, input: call } }
    : { id, type: 'function', function: { name, arguments: call } };
}

const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  other: 'stop',
};

/** OpenAI knows five reasons; a vendor's unknown one is an ordinary end. */
export function wireFinishReason(reason: FinishReason, form: ReplyForm): string {
  return reason === 'tool-calls' && form.legacyFunctions ? 'function_call' : FINISH_REASONS[reason];
}

/** A file that the bot made: not of OpenAI's, which has no place for files but the text. */
export function wireFile({ url, mediaType, name }: OutputFile): JsonObject {
  return { url, content_type: mediaType, name };
}
