/**
 * An answer as the events of a chat stream: one chunk a piece, a finish chunk, usage when asked
 * for, `[DONE]`. The shape is Poe's presumed one (no stream of Poe's was ever recorded).
 */
import type { Speech, StreamEvent } from '../bot.ts';
import type { JsonObject } from '../json.ts';
import type { PlainAnswer, PlainPiece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';
import { envelopeOf, REASONING_MEMBERS, toolCallOf } from './envelope.ts';
import { usageOf } from './usage.ts';

function deltaOf(piece: PlainPiece, speech: Speech): JsonObject {
  switch (piece.kind) {
    case 'text':
      return { content: piece.text };
    case 'refusal':
      return { refusal: piece.text };
    case 'reasoning': {
      const members = speech.reasoningIn ?? REASONING_MEMBERS;
      return Object.fromEntries(members.map((member) => [member, piece.text]));
    }
    case 'call': {
      const call = { index: piece.index, ...toolCallOf(piece) };
      return { tool_calls: [speech.toolCall?.(call) ?? call] };
    }
  }
}

/** All events of the stream, before the bot rearranges them. */
export function streamEvents(
  answer: PlainAnswer,
  prompt: Prompt,
  speech: Speech,
  includeUsage: boolean,
): readonly StreamEvent[] {
  const envelope = envelopeOf('chat.completion.chunk', prompt, speech);
  const reshape = speech.message ?? ((message) => message);
  // Counting costs time on a long text: only when somebody will read it.
  const counted = includeUsage || speech.usage === 'on-finish';
  const usage = counted ? usageOf(prompt, answer, speech.usage) : undefined;
  const chunk = (
    part: StreamEvent['part'],
    choices: readonly JsonObject[],
    counts?: JsonObject,
  ): StreamEvent => ({ part, data: JSON.stringify(envelope(choices, counts)) });

  const events = answer.pieces.map((piece, position) => {
    const role = position === 0 ? { role: 'assistant' } : {};
    const delta = reshape({ ...role, ...deltaOf(piece, speech) });
    return chunk('piece', [{ index: 0, delta, finish_reason: null }]);
  });
  if (answer.finish !== null) {
    const counts = speech.usage === 'on-finish' ? usage : undefined;
    events.push(chunk('finish', [{ index: 0, delta: {}, finish_reason: answer.finish }], counts));
  }
  if (usage && speech.usage !== 'on-finish') events.push(chunk('usage', [], usage));
  return [...events, { part: 'done', data: '[DONE]' }];
}
