/**
 * Bots that simply speak: echoes, counters, and those whose answer ends for an unusual reason.
 * Their wire is always in order.
 */
import type { Bot } from '../bot.ts';
import {
  count,
  countUntilStopped,
  echo,
  echoText,
  echoWithinLimit,
  saying,
  textPieces,
} from '../answers/plain.ts';
import { callTools } from '../answers/tool-call.ts';
import { listed, TALKER, unlisted } from './define.ts';

const STOP_SPLIT = textPieces(['Before the end', '<E', 'ND', '>', ' after', ' the end']);

export const speakers: readonly Bot[] = [
  listed('Echo', 'Streams the last user message back, word by word.', { says: echo }),
  unlisted('Community-Bot', 'An echo that is callable but not in the model list.', { says: echo }),
  listed(
    'No-Tools',
    'An echo that refuses tools with 400.',
    { says: echo },
    {
      ...TALKER,
      features: [],
    },
  ),
  listed('Counts', 'Says one to twenty, one word a chunk; ignores stop.', { says: count }),
  listed('Stops', 'Counts to twenty, and honours stop.', { says: countUntilStopped }),
  listed('Stop-Splitter', 'Streams `<END>` in three chunks with text around it.', {
    says: () => ({ pieces: STOP_SPLIT, finish: 'stop' }),
  }),
  listed('Role-First', 'Opens its stream with a chunk of role and empty content.', {
    says: (prompt) => {
      const { pieces, finish } = echo(prompt);
      return { pieces: [...textPieces(['']), ...pieces], finish };
    },
  }),
  listed('Length', 'Echoes max_tokens words, then finishes with length.', {
    says: echoWithinLimit,
  }),
  listed('Filtered', 'Says a few words, then finishes with content_filter.', {
    says: () => saying('This much could be said', 'content_filter'),
  }),
  listed('Legacy-Finish', 'Finishes with end_turn, or function_call when it calls a tool.', {
    says: (prompt) => {
      const { pieces, finish } = callTools(prompt);
      return { pieces, finish: finish === 'tool_calls' ? 'function_call' : 'end_turn' };
    },
  }),
  listed('Refuser', 'Answers in refusal instead of content.', {
    says: () => ({
      pieces: [
        { kind: 'refusal', text: 'I will not' },
        { kind: 'refusal', text: ' help with that.' },
      ],
      finish: 'stop',
    }),
  }),
  listed('Empty', 'Finishes at once without a word.', {
    says: () => ({ pieces: [], finish: 'stop' }),
  }),
  listed('Rate-Headers', 'An echo with the documented x-ratelimit headers.', {
    says: echo,
    headers: {
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '60',
    },
  }),
  listed('Shouts', 'Echoes in upper case, to tell two bots apart.', {
    says: (prompt) => saying(echoText(prompt).toUpperCase()),
  }),
];
