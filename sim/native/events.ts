/**
 * An answer as the events of the native protocol: `meta`, one event a piece, for tool calls chunks
 * of a chat completion inside `json` events, `done`.
 */
import type { Answer, Speech, StreamEvent } from '../bot.ts';
import { envelopeOf, toolCallOf, type Envelope } from '../chat/envelope.ts';
import { usageOf } from '../chat/usage.ts';
import { settled } from '../answers/settle.ts';
import type { JsonObject } from '../json.ts';
import type { FilePiece, Piece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';
import { spacedJson } from './json.ts';
import { withoutReasoning } from './reasoning.ts';

const META: JsonObject = {
  content_type: 'text/markdown',
  linkify: true,
  suggested_replies: false,
  refetch_settings: false,
};

function eventOf(part: StreamEvent['part'], event: string, data: unknown): StreamEvent {
  return { part, event, data: spacedJson(data) };
}

function fileData({ url, contentType, name, inlineRef }: FilePiece): JsonObject {
  return { url, content_type: contentType, name, inline_ref: inlineRef };
}

/** Chunks are written without spaces, as recorded. */
function chunkEvent(part: StreamEvent['part'], chunk: JsonObject): StreamEvent {
  return { part, event: 'json', data: JSON.stringify(chunk) };
}

interface Manner {
  readonly speech: Speech;
  readonly envelope: Envelope;
}

/** As recorded, only the first chunk has an envelope; here: each that opens a call or has text. */
function jsonPiece(delta: JsonObject, whole: boolean, { envelope }: Manner): StreamEvent {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return chunkEvent('piece', whole ? { ...envelope(choices), usage: null } : { choices });
}

function pieceEvent(piece: Piece, manner: Manner): StreamEvent {
  const { speech } = manner;
  switch (piece.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning': {
      if (speech.native?.textIn === 'json') return jsonPiece({ content: piece.text }, true, manner);
      const index = piece.response === undefined ? {} : { index: piece.response };
      return eventOf('piece', 'text', { text: piece.text, ...index });
    }
    case 'replace': {
      const index = piece.response === undefined ? {} : { index: piece.response };
      return eventOf('piece', 'replace_response', { text: piece.text, ...index });
    }
    case 'file':
      return eventOf('piece', 'file', fileData(piece));
    case 'aside':
      return eventOf('noise', piece.event, piece.data);
    case 'call': {
      const call = { index: piece.index, ...toolCallOf(piece) };
      const opens = piece.name !== undefined;
      const role = opens ? { role: 'assistant', content: null } : {};
      const delta = { ...role, tool_calls: [speech.toolCall?.(call) ?? call] };
      return jsonPiece(delta, opens, manner);
    }
  }
}

/** The chunks that end an answer of which a part was chunks. */
function ending(answer: Answer, prompt: Prompt, manner: Manner): readonly StreamEvent[] {
  const { speech } = manner;
  const calls = answer.pieces.some((piece) => piece.kind === 'call');
  const inChunks = calls || speech.native?.textIn === 'json';
  const finish = inChunks
    ? [chunkEvent('finish', { choices: [{ index: 0, delta: {}, finish_reason: answer.finish }] })]
    : [];
  const counts =
    inChunks || speech.native?.usage ? usageOf(prompt, settled(answer), speech.usage) : undefined;
  return [...finish, ...(counts ? [chunkEvent('usage', { choices: [], usage: counts })] : [])];
}

/** All events of the stream, before the bot rearranges them. */
export function nativeEvents(
  answer: Answer,
  prompt: Prompt,
  speech: Speech,
): readonly StreamEvent[] {
  const manner: Manner = { speech, envelope: envelopeOf('chat.completion.chunk', prompt, speech) };
  const { meta = META, reasoningIn, done = '{}' } = speech.native ?? {};
  return [
    ...(meta === null ? [] : [eventOf('meta', 'meta', meta)]),
    ...withoutReasoning(answer.pieces, reasoningIn).map((piece) => pieceEvent(piece, manner)),
    ...ending(answer, prompt, manner),
    { part: 'done', event: 'done', data: done },
  ];
}
