/**
 * The way of a stream from events to socket writes, with a bot's bends in their order: arranged,
 * framed, dealt out. Every protocol's streams go through here.
 */
import type { Speech, Spelling, StreamEvent } from '../bot.ts';
import { frame as plainFrame } from './frame.ts';
import type { Reply } from './reply.ts';

/** The headers of an event stream. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
} as const;

/** The reply that streams these events as this bot does. */
export function streamed(
  speech: Speech,
  events: readonly StreamEvent[],
  spelling: Spelling,
): Reply {
  const arranged = speech.events?.(events, spelling) ?? events;
  const frames = arranged.map(speech.frame ?? plainFrame);
  return { status: 200, headers: STREAM_HEADERS, writes: speech.writes?.(frames) ?? frames };
}

/** The same reply with the headers and the late start that this bot adds. */
export function mannered(speech: Speech, reply: Reply): Reply {
  return {
    ...reply,
    headers: { ...reply.headers, ...speech.headers },
    ...(speech.startAfter !== undefined && { startAfter: speech.startAfter }),
  };
}
