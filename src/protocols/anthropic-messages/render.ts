/**
 * A completion → a `message` object.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type { Completion } from '../../core/completion.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { UNSIGNED, wireStop, wireUsage } from './wire.ts';

/** @param hidesThinking What the bot thought is not told. */
export function render(
  completion: Completion,
  answer: AnswerIdentity,
  hidesThinking: boolean,
): JsonObject {
  const { model, id } = answer;
  if (completion.relayed) return { ...completion.relayed, model };
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: wireContent(completion, hidesThinking),
    ...wireStop(completion.finishReason, completion.stopSequence),
    usage: wireUsage(completion.usage),
  };
}

function wireContent(
  { reasoning, text, refusal, toolCalls }: Completion,
  hidesThinking: boolean,
): readonly JsonObject[] {
  const said = text + refusal;
  return [
    ...(reasoning === '' || hidesThinking
      ? []
      : [{ type: 'thinking', thinking: reasoning, signature: UNSIGNED }]),
    // An answer without words is an empty text: clients look for a text, or for a call.
    ...(said === '' && toolCalls.length > 0 ? [] : [{ type: 'text', text: said }]),
    ...toolCalls.map(({ id, name, arguments: json }) => ({
      type: 'tool_use',
      id,
      name,
      input: wireInput(json),
    })),
  ];
}

/** An object, whatever the model wrote: what is none is not lost, and the tool will complain. */
export function wireInput(json: string): JsonObject {
  const input = json.trim() === '' ? {} : parseJson(json);
  return isJsonObject(input) ? input : { arguments: json };
}
