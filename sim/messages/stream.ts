/**
 * An answer as the events of a messages stream: from `message_start` block by block to `message_stop`.
 * No stream of Poe's was recorded; this is Anthropic's, which Poe passes on.
 */
import type { Speech, Spelling, StreamEvent } from '../bot.ts';
import type { JsonObject } from '../json.ts';
import type { Block } from './block.ts';
import { errorBody } from './failure.ts';
import { clearedMember, headOf, streamUsage, type Said } from './message.ts';

type Part = StreamEvent['part'];
type Member = readonly [part: Part, type: string, members: JsonObject];

function blockEvents({ start, deltas }: Block, index: number): readonly Member[] {
  return [
    ['noise', 'content_block_start', { index, content_block: start }],
    ...deltas.map((delta): Member => ['piece', 'content_block_delta', { index, delta }]),
    ['noise', 'content_block_stop', { index }],
  ];
}

/** All events of the stream, before the bot rearranges them. */
export function messageEvents(
  request: JsonObject,
  model: string,
  said: Said,
  { usage: style, envelope = (event) => event }: Speech,
): readonly StreamEvent[] {
  const usage = streamUsage(request, said, style);
  const message = { ...headOf(model), ...(usage && { usage: usage.start }) };
  const delta = { stop_reason: said.stopReason, stop_sequence: said.stopSequence };
  const end = { delta, ...(usage && { usage: usage.end }), ...clearedMember(request) };
  const all: readonly Member[] = [
    ['meta', 'message_start', { message }],
    ['noise', 'ping', {}],
    ...said.blocks.flatMap(blockEvents),
    ['finish', 'message_delta', end],
    ['done', 'message_stop', {}],
  ];
  return all.map(([part, type, members]) => ({
    part,
    event: type,
    data: JSON.stringify(envelope({ type, ...members })),
  }));
}

/** How this protocol spells what arrangements put in. */
export const messagesSpelling: Spelling = {
  error: (failure) => ({
    part: 'error',
    event: 'error',
    data: JSON.stringify(errorBody(failure)),
  }),
  garbage: { part: 'noise', event: 'content_block_delta', data: '{not json}' },
};
