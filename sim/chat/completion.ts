/**
 * An answer as one whole chat completion: the fold of the pieces that a stream sends one by one.
 * `content` is always a string, '' beside tool calls, as recorded.
 */
import type { Speech } from '../bot.ts';
import type { JsonObject } from '../json.ts';
import type { CallPiece, PlainAnswer, PlainPiece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';
import { envelopeOf, REASONING_MEMBERS, toolCallOf } from './envelope.ts';
import { usageOf } from './usage.ts';

function textOf(pieces: readonly PlainPiece[], kind: 'text' | 'reasoning' | 'refusal'): string {
  return pieces.map((piece) => (piece.kind === kind ? piece.text : '')).join('');
}

function callsOf(pieces: readonly PlainPiece[]): readonly CallPiece[] {
  const calls = new Map<number, CallPiece>();
  for (const piece of pieces) {
    if (piece.kind !== 'call') continue;
    const begun = calls.get(piece.index);
    const sum = (begun?.arguments ?? '') + piece.arguments;
    calls.set(piece.index, { ...piece, ...begun, arguments: sum });
  }
  return [...calls.values()];
}

function messageOf({ pieces }: PlainAnswer, speech: Speech): JsonObject {
  const reasoning = textOf(pieces, 'reasoning');
  const refusal = textOf(pieces, 'refusal');
  const members = reasoning === '' ? [] : (speech.reasoningIn ?? REASONING_MEMBERS);
  const calls = callsOf(pieces).map(toolCallOf);
  return {
    role: 'assistant',
    content: textOf(pieces, 'text'),
    ...Object.fromEntries(members.map((member) => [member, reasoning])),
    ...(refusal !== '' && { refusal }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => speech.toolCall?.(call) ?? call),
    }),
  };
}

/** The body of a reply that is not streamed. */
export function completion(answer: PlainAnswer, prompt: Prompt, speech: Speech): JsonObject {
  const plain = messageOf(answer, speech);
  const message = speech.message?.(plain) ?? plain;
  return envelopeOf(
    'chat.completion',
    prompt,
    speech,
  )([{ index: 0, message, finish_reason: answer.finish }], usageOf(prompt, answer, speech.usage));
}
