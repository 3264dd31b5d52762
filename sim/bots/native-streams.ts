/**
 * Bots for what else a native stream may hold or lack: suggestions, state, pings, indexed events,
 * no `meta`, text inside `json` events. On the other endpoints they are plain speakers.
 */
import {
  answerTwice,
  echoAmongWrongTypes,
  echoInNoise,
  echoWithOddIndex,
  greet,
} from '../answers/asides.ts';
import { echo } from '../answers/plain.ts';
import { thinking } from '../answers/thinking.ts';
import type { Bot, Speech } from '../bot.ts';
import { repeatedAtEnd, without } from '../wire/arrange.ts';
import { withComments } from '../wire/deal.ts';
import { frameWith } from '../wire/frame.ts';
import { listed, THINKER } from './define.ts';

const crlf = frameWith('\r\n');

type Row = readonly [name: string, description: string, behaviour: Speech];

const ROWS: readonly Row[] = [
  ['Suggests', 'Greets, and suggests two replies.', { says: greet }],
  [
    'SSE-Starlette',
    'Lines end in CR LF, and comments «: ping - <time>» stand between its events.',
    { says: echo, frame: crlf, writes: withComments(': ping - 2026-11-21 01:00:00+00:00\r\n\r\n') },
  ],
  [
    'Noise',
    'Ping events, unknown events, state, and a late meta around an echo.',
    { says: echoInNoise },
  ],
  [
    'Wrong-Types',
    'An echo among events whose data has the wrong types.',
    { says: echoAmongWrongTypes },
  ],
  [
    'Two-Responses',
    'Indexed events of two responses, one of them replaced.',
    { says: answerTwice },
  ],
  ['Odd-Index', 'The index of its events is a string.', { says: echoWithOddIndex }],
  ['No-Meta', 'Begins with text.', { says: echo, native: { meta: null }, frame: crlf }],
  [
    'Odd-Meta',
    'Its meta has members of the wrong types.',
    { says: echo, native: { meta: { content_type: 7, linkify: 'yes', suggested_replies: null } } },
  ],
  [
    'Plain-Text',
    'Its meta says text/plain.',
    { says: echo, native: { meta: { content_type: 'text/plain', linkify: false } } },
  ],
  [
    'Says-In-JSON',
    'Text comes in json events, usage after it.',
    { says: echo, native: { textIn: 'json' } },
  ],
  [
    'Usage-In-JSON',
    'Ordinary text, then usage in a json event, with the counts of the vendor.',
    { says: echo, usage: 'details', native: { usage: true } },
  ],
  [
    'After-Done',
    'Says its first word again after the end.',
    { says: echo, events: repeatedAtEnd(1) },
  ],
  ['Done-Odd', 'The data of its done is not an object.', { says: echo, native: { done: '"ok"' } }],
  ['Done-Empty', 'The data of its done is empty.', { says: echo, native: { done: '' } }],
  [
    'Done-Alone',
    'Done, and not even a meta before it.',
    { says: () => ({ pieces: [], finish: 'stop' }), native: { meta: null } },
  ],
  [
    'Meta-Alone',
    'A meta, and the stream ends.',
    { says: echo, events: without('piece', 'finish', 'usage', 'done') },
  ],
];

const THINKERS: readonly Row[] = [
  [
    'Thinker-Progress',
    'Thinks behind «Thinking... (1s elapsed)», which is taken back at the end.',
    { says: thinking(echo), native: { reasoningIn: 'progress' } },
  ],
  [
    'Thinker-CRLF',
    'Thinks in a quotation under «*Thinking...*», lines end in CR LF.',
    { says: thinking(echo), frame: crlf },
  ],
];

export const nativeStreamBots: readonly Bot[] = [
  ...ROWS.map(([name, description, behaviour]) => listed(name, description, behaviour)),
  ...THINKERS.map(([name, description, behaviour]) =>
    listed(name, description, behaviour, THINKER),
  ),
];
