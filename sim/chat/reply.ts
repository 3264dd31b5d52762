/**
 * Puts a speech on the wire as the chat protocol does: whole, or as server-sent events, with the
 * bends a bot makes on the way.
 */
import { settled } from '../answers/settle.ts';
import type { Speech, Spelling } from '../bot.ts';
import type { Prompt } from '../prompt.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import { mannered, streamed } from '../wire/streamed.ts';
import { completion } from './completion.ts';
import { streamEvents } from './stream.ts';

const SPELLING: Spelling = {
  error: ({ error }) => ({ part: 'error', data: JSON.stringify({ error }) }),
  garbage: { part: 'noise', data: '{not json}' },
};

function whole(speech: Speech, prompt: Prompt): Reply {
  const plain = jsonReply(completion(settled(speech.says(prompt)), prompt, speech));
  const bend = speech.whole;
  if (bend === undefined) return plain;
  // A bent body keeps its exact bytes: what is broken must stay broken in just that way.
  return { ...plain, compressible: false, ...bend([...plain.writes].join('')) };
}

/** The reply of a bot that speaks. */
export function speechReply(speech: Speech, prompt: Prompt, includeUsage: boolean): Reply {
  const asStream = speech.insists ? speech.insists === 'stream' : prompt.stream;
  if (!asStream) return mannered(speech, whole(speech, prompt));
  const answer = settled(speech.says(prompt));
  const events = streamEvents(answer, prompt, speech, includeUsage);
  return mannered(speech, streamed(speech, events, SPELLING));
}
