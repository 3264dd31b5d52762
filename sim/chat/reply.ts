/**
 * Puts a speech on the wire as the chat protocol does: whole, or as server-sent events, with the
 * bends a bot makes on the way. The only place that knows the order of those bends.
 */
import type { Speech } from '../bot.ts';
import type { Prompt } from '../prompt.ts';
import { frame as plainFrame } from '../wire/frame.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import { completion } from './completion.ts';
import { streamEvents } from './stream.ts';

function streamed(speech: Speech, prompt: Prompt, includeUsage: boolean): Reply {
  const events = streamEvents(speech.says(prompt), prompt, speech, includeUsage);
  const arranged = speech.events?.(events) ?? events;
  const frames = arranged.map(speech.frame ?? plainFrame);
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    writes: speech.writes?.(frames) ?? frames,
  };
}

function whole(speech: Speech, prompt: Prompt): Reply {
  const plain = jsonReply(completion(speech.says(prompt), prompt, speech));
  const bend = speech.whole;
  if (bend === undefined) return plain;
  // A bent body keeps its exact bytes: what is broken must stay broken in just that way.
  return { ...plain, compressible: false, ...bend([...plain.writes].join('')) };
}

/** The reply of a bot that speaks. */
export function speechReply(speech: Speech, prompt: Prompt, includeUsage: boolean): Reply {
  const asStream = speech.insists ? speech.insists === 'stream' : prompt.stream;
  const reply = asStream ? streamed(speech, prompt, includeUsage) : whole(speech, prompt);
  return {
    ...reply,
    headers: { ...reply.headers, ...speech.headers },
    ...(speech.startAfter !== undefined && { startAfter: speech.startAfter }),
  };
}
