/**
 * The outermost objects of the chat protocol, a stream's chunk and a whole completion, and the
 * spelling of one tool call. Shared by `stream.ts` and `completion.ts`, so the two cannot drift.
 */
import type { Speech } from '../bot.ts';
import { completionId } from '../identifier.ts';
import type { JsonObject } from '../json.ts';
import type { CallPiece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';

/** Makes envelopes that share an id, a time and a model name. */
export type Envelope = (choices: readonly JsonObject[], usage?: JsonObject) => JsonObject;

/** Where Poe puts reasoning: in both members, with the same text. */
export const REASONING_MEMBERS: readonly string[] = ['reasoning_content', 'reasoning'];

/** The envelope maker of one answer. */
export function envelopeOf(
  object: 'chat.completion' | 'chat.completion.chunk',
  prompt: Pick<Prompt, 'model'>,
  speech: Speech,
): Envelope {
  const head = {
    id: completionId(),
    object,
    created: Math.floor(Date.now() / 1000),
    model: speech.model ?? prompt.model,
  };
  const reshape = speech.envelope ?? ((envelope) => envelope);
  return (choices, usage) => reshape({ ...head, choices, ...(usage && { usage }) });
}

/** A call, or a piece of one, without its index. */
export function toolCallOf(piece: CallPiece): JsonObject {
  const { id, name } = piece;
  return {
    ...(id !== undefined && { id, type: 'function' }),
    function: { ...(name !== undefined && { name }), arguments: piece.arguments },
  };
}
