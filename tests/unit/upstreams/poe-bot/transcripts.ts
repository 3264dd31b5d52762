/**
 * Native replies as Poe sends them: the transcripts N1 to N10 of the reference and their variants,
 * with the events that each becomes, and what a client reads in the end.
 */
import { expect } from 'vitest';
import type { FinishReason, OutputFile } from '../../../../src/core/event.ts';

export interface Transcript {
  readonly name: string;
  /** Events with their data; a comment is a line that begins with a colon. */
  readonly lines: readonly string[];
  /** The room's events, in short. */
  readonly events: readonly unknown[];
  /** After the stages: what was thought and what was said. */
  readonly client?: readonly [thought: string, said: string];
}

/** One event. */
export function sse(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

const META = sse('meta', {
  content_type: 'text/markdown',
  linkify: true,
  suggested_replies: false,
  refetch_settings: false,
});
const DONE = sse('done', {});
const COMMENT = ': ping - 2026-11-21 01:00:00+00:00\n\n';

const START = { type: 'response-start' };
const text = (words: string) => ({ type: 'text-delta', text: words });
const replaced = (words: string) => ({ type: 'text-replace', text: words });
const finish = (reason: FinishReason = 'stop', rawReason: string = reason) => ({
  type: 'finish',
  reason,
  rawReason,
});
const error = (kind: string, message: unknown) => ({ type: 'error', error: { kind, message } });
const CUT = error('upstream-failed', "The bot's answer ended before it was complete. Try again.");

const PICTURE = 'https://pfst.cf2.poecdn.net/base/image/e1c9b49?w=1024&h=1024';
const SPEECH = 'https://pfst.cf2.poecdn.net/base/audio/1678bdef';
const file = (url: string, type: string, name: string, ref: string | null) =>
  sse('file', { url, content_type: type, name, inline_ref: ref });
const fileEvent = (given: Partial<OutputFile>) => ({ type: 'file', file: given });
const CAT = file(PICTURE, 'image/png', 'a cat.png', 'aB3dE9xZ');
const CAT_EVENT = fileEvent({
  url: PICTURE,
  mediaType: 'image/png',
  name: 'a cat.png',
  inlineRef: 'aB3dE9xZ',
});
const PROGRESS = [
  sse('replace_response', { text: 'Generating image (1s elapsed)' }),
  sse('replace_response', { text: 'Generating image (4s elapsed)' }),
];
const PROGRESS_EVENTS = [
  replaced('Generating image (1s elapsed)'),
  replaced('Generating image (4s elapsed)'),
];

const json = (choice: object, more: object = {}) => sse('json', { choices: [choice], ...more });
const calls = (...pieces: readonly object[]) =>
  json({ index: 0, delta: { tool_calls: pieces }, finish_reason: null });
const call = (index: number, id: string, name: string, args: string) => ({
  index,
  id,
  type: 'function',
  function: { name, arguments: args },
});
const delta = (index: number, args: string, more: object = {}) => ({
  type: 'tool-call-delta',
  index,
  ...more,
  arguments: args,
});
const FINISHED_CALLING = json({ index: 0, delta: {}, finish_reason: 'tool_calls' });

const FAILURE = 'Internal server error (error_id: f52e5081-9d9d-4585-ac8b-734595d1dc13)';

export const TRANSCRIPTS: readonly Transcript[] = [
  {
    name: 'N1 plain text',
    lines: [
      META,
      sse('text', { text: 'Hello' }),
      COMMENT,
      sse('text', { text: ', world!' }),
      sse('suggested_reply', { text: 'Tell me more' }),
      DONE,
    ],
    events: [START, text('Hello'), text(', world!'), finish()],
    client: ['', 'Hello, world!'],
  },
  {
    name: 'N2 a picture with its progress',
    lines: [
      META,
      ...PROGRESS,
      CAT,
      sse('replace_response', { text: '![a cat.png][aB3dE9xZ]\n' }),
      DONE,
    ],
    events: [START, ...PROGRESS_EVENTS, CAT_EVENT, replaced('![a cat.png][aB3dE9xZ]\n'), finish()],
    client: ['', `![a cat.png](${PICTURE})\n`],
  },
  {
    name: 'N2 with the link in the text',
    lines: [
      ...PROGRESS,
      CAT,
      sse('replace_response', { text: `![a cat.png](${PICTURE})\n` }),
      DONE,
    ],
    events: [
      START,
      ...PROGRESS_EVENTS,
      CAT_EVENT,
      replaced(`![a cat.png](${PICTURE})\n`),
      finish(),
    ],
    client: ['', `![a cat.png](${PICTURE})\n`],
  },
  {
    name: 'N2 with nothing but the file',
    lines: [...PROGRESS, CAT, sse('replace_response', { text: '' }), DONE],
    events: [START, ...PROGRESS_EVENTS, CAT_EVENT, replaced(''), finish()],
    client: ['', `![a cat.png](${PICTURE})`],
  },
  {
    name: 'N2 with the progress left behind, and two files of which one has no reference',
    lines: [...PROGRESS, CAT, file(SPEECH, 'audio/mpeg', 'speech.mp3', null), DONE],
    events: [
      START,
      ...PROGRESS_EVENTS,
      CAT_EVENT,
      fileEvent({ url: SPEECH, mediaType: 'audio/mpeg', name: 'speech.mp3' }),
      finish(),
    ],
    client: ['', `![a cat.png](${PICTURE})\n\n[speech.mp3](${SPEECH})`],
  },
  {
    name: 'N2 with the file after the text',
    lines: [
      sse('text', { text: 'Here: ![a cat.png][aB3dE9xZ]' }),
      sse('text', { text: ' Nice?' }),
      CAT,
      DONE,
    ],
    events: [START, text('Here: ![a cat.png][aB3dE9xZ]'), text(' Nice?'), CAT_EVENT, finish()],
    client: ['', `Here: ![a cat.png](${PICTURE}) Nice?`],
  },
  {
    name: 'N3 two tool calls and the token counts',
    lines: [
      sse('json', {
        id: 'chatcmpl-abcde',
        object: 'chat.completion.chunk',
        choices: [
          {
            index: 0,
            delta: {
              role: 'assistant',
              content: null,
              tool_calls: [call(0, 'call_123', 'get_current_weather', '')],
            },
            finish_reason: null,
          },
        ],
        usage: null,
      }),
      calls({ index: 0, function: { arguments: '{"location":"San ' } }),
      calls({ index: 0, function: { arguments: 'Francisco, CA"}' } }),
      calls(call(1, 'call_456', 'get_current_mayor', '{"location":"Tokyo, JP"}')),
      FINISHED_CALLING,
      sse('json', { choices: [], usage: { prompt_tokens: 83, completion_tokens: 41 } }),
      DONE,
    ],
    events: [
      { type: 'response-start', id: 'chatcmpl-abcde' },
      delta(0, '', { id: 'call_123', name: 'get_current_weather' }),
      delta(0, '{"location":"San '),
      delta(0, 'Francisco, CA"}'),
      delta(1, '{"location":"Tokyo, JP"}', { id: 'call_456', name: 'get_current_mayor' }),
      { type: 'usage', usage: { inputTokens: 83, outputTokens: 41, estimated: false } },
      finish('tool-calls', 'tool_calls'),
    ],
  },
  {
    name: 'N3 without an index and without arguments',
    lines: [calls({ id: 'a', function: { name: 'clock', arguments: '' } }), FINISHED_CALLING, DONE],
    events: [
      START,
      delta(0, '', { id: 'a', name: 'clock' }),
      delta(0, '{}'),
      finish('tool-calls', 'tool_calls'),
    ],
  },
  {
    name: 'N3 without a finish reason',
    lines: [calls(call(0, 'a', 'clock', '{}')), DONE],
    events: [START, delta(0, '{}', { id: 'a', name: 'clock' }), finish('tool-calls', 'tool_calls')],
  },
  {
    name: 'N3 with a call that is never named',
    lines: [calls({ index: 0, function: { arguments: '{}' } }), FINISHED_CALLING, DONE],
    events: [START, error('upstream-failed', expect.stringContaining('cut short'))],
  },
  {
    name: 'N3 cut in the middle of the arguments',
    lines: [calls(call(0, 'a', 'clock', '{"loc'))],
    events: [START, delta(0, '{"loc', { id: 'a', name: 'clock' }), CUT],
  },
  {
    name: 'N3 done in the middle of the arguments',
    lines: [calls(call(0, 'a', 'clock', '{"loc')), DONE],
    events: [
      START,
      delta(0, '{"loc', { id: 'a', name: 'clock' }),
      error('upstream-failed', expect.stringContaining('cut short')),
    ],
  },
  {
    name: 'N3 answered with text and reasoning in json events',
    lines: [
      json({ index: 0, delta: { reasoning_content: 'Hm.', reasoning: 'Hm.' } }),
      json({ index: 0, delta: { content: 'It is ' } }),
      json({ index: 0, delta: { content: '72°.' }, finish_reason: 'stop' }),
      DONE,
    ],
    events: [
      START,
      { type: 'reasoning-delta', text: 'Hm.' },
      text('It is '),
      text('72°.'),
      finish(),
    ],
    client: ['Hm.', 'It is 72°.'],
  },
  {
    name: 'N3 cut after the finish reason',
    lines: [calls(call(0, 'a', 'clock', '{}')), FINISHED_CALLING],
    events: [START, delta(0, '{}', { id: 'a', name: 'clock' }), finish('tool-calls', 'tool_calls')],
  },
  {
    name: 'N4 thoughts in the text',
    lines: [
      sse('text', { text: '*Thinking...*\n\n> **Planning' }),
      sse('text', { text: ' the answer**\n> \n> 17*19 = 17*20-17\n' }),
      sse('text', { text: '\n323' }),
      DONE,
    ],
    events: [
      START,
      text('*Thinking...*\n\n> **Planning'),
      text(' the answer**\n> \n> 17*19 = 17*20-17\n'),
      text('\n323'),
      finish(),
    ],
    client: ['**Planning the answer**\n\n17*19 = 17*20-17', '323'],
  },
  {
    name: 'N4 with thinking as progress',
    lines: [
      sse('replace_response', { text: 'Thinking... (1s elapsed)' }),
      sse('replace_response', { text: 'Thinking... (2s elapsed)' }),
      sse('replace_response', { text: '' }),
      sse('text', { text: '323' }),
      DONE,
    ],
    events: [
      START,
      replaced('Thinking... (1s elapsed)'),
      replaced('Thinking... (2s elapsed)'),
      replaced(''),
      text('323'),
      finish(),
    ],
    client: ['', '323'],
  },
  {
    name: 'N5 an error in the middle',
    lines: [
      sse('text', { text: 'partial' }),
      sse('error', { allow_retry: true, text: FAILURE }),
      DONE,
    ],
    events: [START, text('partial'), error('upstream-failed', FAILURE)],
  },
  {
    name: 'N6 no points',
    lines: [
      META,
      sse('error', {
        allow_retry: false,
        text: 'You do not have enough points…',
        error_type: 'insufficient_fund',
      }),
      DONE,
    ],
    events: [error('insufficient-points', 'You do not have enough points…')],
  },
  {
    name: 'N6 a message that is too long',
    lines: [sse('error', { allow_retry: false, error_type: 'user_message_too_long' })],
    events: [error('context-length', expect.stringContaining('context window'))],
  },
  {
    name: 'N6 a mistake of the user',
    lines: [
      sse('error', { allow_retry: false, text: 'No.', error_type: 'user_caused_error' }),
      DONE,
    ],
    events: [error('invalid-request', 'No.')],
  },
  {
    name: 'N6 no authorization',
    lines: [sse('error', { text: 'Private.', error_type: 'privacy_authorization_error' }), DONE],
    events: [error('forbidden', 'Private.')],
  },
  {
    name: 'N6 a failure that may be tried again',
    lines: [sse('error', { allow_retry: true, text: 'Internal server error' }), DONE],
    events: [error('upstream-failed', 'Internal server error')],
  },
  {
    name: 'N6 a failure that may not be tried again',
    lines: [sse('error', { allow_retry: false, text: 'The bot encountered an unexpected issue.' })],
    events: [error('upstream-failed', 'The bot encountered an unexpected issue.')],
  },
  {
    name: 'N6 a bot that is not there',
    lines: [sse('error', { text: 'Bot does not exist: nobody' })],
    events: [error('model-not-found', 'Bot does not exist: nobody')],
  },
  {
    name: 'N6 too many requests',
    lines: [sse('error', { text: 'Rate limit exceeded for this bot.' })],
    events: [error('rate-limited', 'Rate limit exceeded for this bot.')],
  },
  {
    name: 'N6 an error in plain words',
    lines: [sse('error', 'It broke.')],
    events: [error('upstream-failed', 'It broke.')],
  },
  {
    name: 'N6 an error without words',
    lines: [sse('error', {})],
    events: [error('upstream-failed', expect.stringContaining('without saying why'))],
  },
  {
    name: 'N6 an error that repeats the key',
    lines: [sse('error', { text: 'No such key: secret-key-of-the-caller' })],
    events: [error('upstream-failed', 'No such key: [key]')],
  },
  {
    name: 'N7 a file alone',
    lines: [file(SPEECH, 'audio/mpeg', 'speech.mp3', null), DONE],
    events: [
      START,
      fileEvent({ url: SPEECH, mediaType: 'audio/mpeg', name: 'speech.mp3' }),
      finish(),
    ],
    client: ['', `[speech.mp3](${SPEECH})`],
  },
  {
    name: 'N8 cut before done',
    lines: [META, sse('text', { text: 'Hello' })],
    events: [START, text('Hello'), CUT],
  },
  {
    name: 'N8 cut in the middle of an event',
    lines: [sse('text', { text: 'Hello' }), 'event: text\ndata: {"te'],
    events: [START, text('Hello'), error('upstream-failed', expect.any(String))],
  },
  { name: 'N8 cut at once', lines: [META], events: [CUT] },
  { name: 'N8 nothing at all', lines: [], events: [CUT] },
  {
    name: 'N9 several answers at once',
    lines: [
      sse('text', { text: 'hello', index: 0 }),
      sse('text', { text: 'hi.', index: 1 }),
      sse('replace_response', { text: 'x', index: 0 }),
      sse('text', { text: 'y', index: 'one' }),
      DONE,
    ],
    events: [START, text('hello'), replaced('x'), text('y'), finish()],
    client: ['', 'hello\n\nxy'],
  },
  {
    name: 'N10 unknown events, a late meta and a ping',
    lines: [
      sse('foo', 'not json'),
      sse('text', { text: 'Hi' }),
      sse('data', { metadata: 'state' }),
      sse('meta', { content_type: 7 }),
      sse('ping', ''),
      'data: {"text":"without a name"}\n\n',
      DONE,
      sse('text', { text: 'too late' }),
    ],
    events: [START, text('Hi'), finish()],
    client: ['', 'Hi'],
  },
  {
    name: 'data in several lines, and no blank line at the end',
    lines: ['event: text\ndata: {"text":\ndata: "Hi 👋"}\n\n', 'event:done\ndata:{}'],
    events: [START, text('Hi 👋'), finish()],
    client: ['', 'Hi 👋'],
  },
  {
    name: 'done without a word',
    lines: [META, DONE],
    events: [error('upstream-failed', expect.stringContaining('without saying anything'))],
  },
  {
    name: 'done after an empty text',
    lines: [sse('text', { text: '' }), DONE],
    events: [START, finish()],
    client: ['', ''],
  },
  {
    name: 'a piece that is garbled',
    lines: [sse('text', '{"text":7}'), DONE],
    events: [error('upstream-failed', expect.stringContaining('garbled'))],
  },
  {
    name: 'an error in place of a stream',
    lines: ['\n{"error":{"message":"Bot does not exist: x",\n"type":"y"}}'],
    events: [error('model-not-found', 'Bot does not exist: x')],
  },
  {
    name: 'an error of the protocol in place of a stream',
    lines: ['{"allow_retry":true,"text":"Internal server error"}'],
    events: [error('upstream-failed', 'Internal server error')],
  },
  {
    name: 'a text in place of a stream',
    lines: ['{"text":"Hi"}'],
    events: [START, text('Hi'), finish()],
    client: ['', 'Hi'],
  },
  {
    name: 'N6 a key that Poe does not know',
    lines: [sse('error', { allow_retry: false, text: 'Incorrect API key provided.' }), DONE],
    events: [error('unauthenticated', 'Incorrect API key provided.')],
  },
  {
    name: 'a web page in place of a stream',
    lines: ['<html>Just a moment…</html>'],
    events: [error('upstream-failed', expect.stringContaining('no answer'))],
  },
];
