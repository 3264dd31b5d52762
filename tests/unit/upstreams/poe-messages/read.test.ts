/** Every transcript, with both kinds of line ends, whole, byte by byte and at random cuts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import { poeMessages } from '../../../../src/upstreams/poe-messages/index.ts';
import { bytesOf, CUTTINGS, cutRandomly } from '../../../golden/replay.ts';
import { LAW, recordingSink } from '../../record.ts';
import {
  begun,
  CUT,
  delta,
  ended,
  GARBLED,
  HI,
  MESSAGE,
  over,
  PING,
  relayed,
  sse,
  START,
  STOP,
  type Told,
  usage,
  USAGE,
} from './wire.ts';

const KEY = 'secret-key-of-the-caller';
const STREAM = 'text/event-stream; charset=utf-8';

function read(
  chunks: readonly Uint8Array[],
  { type = STREAM, stream = true, failure = undefined as GatewayError | undefined } = {},
): readonly GenerationEvent[] {
  const sink = recordingSink();
  const head = { status: 200, header: () => type };
  const reader = poeMessages.read(head, sink, { key: KEY, stream, randomId: () => 'made-up' });
  for (const chunk of chunks) reader.feed(chunk);
  reader.end(failure);
  expect(sink.ends).toBe(1);
  expect(reader.isComplete()).toBe(true);
  return sink.events;
}

const bytes = (...events: readonly Told[]): string => events.map((one) => sse(...one)).join('');
const told = (...events: readonly Told[]) => events.map((one) => relayed(...one));
const finish = (reason: string, rawReason: string, stopSequence?: string) => ({
  type: 'finish',
  reason,
  rawReason,
  stopSequence,
});
const END = finish('stop', 'end_turn');
const failed = (kind: string, message: unknown) => ({ type: 'error', error: { kind, message } });

const CALL: readonly Told[] = [
  begun(1, { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }),
  delta(1, { type: 'input_json_delta', partial_json: '' }),
  delta(1, { type: 'input_json_delta', partial_json: '{"city":"Pa' }),
  delta(1, { type: 'input_json_delta', partial_json: 'ris"}' }),
  ended(1),
];
const ERROR = { error: { type: 'overloaded_error', message: 'Overloaded' } };

interface Transcript {
  readonly name: string;
  readonly lines: string;
  readonly events: readonly unknown[];
}

const TRANSCRIPTS: readonly Transcript[] = [
  {
    name: 'an answer, event by event as it came',
    lines: bytes(START, PING, ...HI, over('end_turn'), STOP),
    events: [...told(START, PING, ...HI, over('end_turn'), STOP), usage(8), END],
  },
  {
    name: 'thoughts with their signature, and a call',
    lines: bytes(
      START,
      begun(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
      delta(0, { type: 'signature_delta', signature: 'EpwE' }),
      ended(0),
      ...CALL,
      over('tool_use'),
      STOP,
    ),
    events: [
      ...told(
        START,
        begun(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
        delta(0, { type: 'signature_delta', signature: 'EpwE' }),
        ended(0),
        ...CALL,
        over('tool_use'),
        STOP,
      ),
      usage(8),
      finish('tool-calls', 'tool_use'),
    ],
  },
  {
    name: 'spacing that JSON.stringify would not write',
    lines: `${bytes(START)}event: content_block_stop\ndata: { "type" : "content_block_stop", "index": 0.0 }\n\n${bytes(over('end_turn'), STOP)}`,
    events: [
      ...told(START),
      {
        type: 'relayed-event',
        name: 'content_block_stop',
        data: '{ "type" : "content_block_stop", "index": 0.0 }',
      },
      ...told(over('end_turn'), STOP),
      usage(8),
      END,
    ],
  },
  {
    name: 'an event over several lines, in one',
    lines: `${bytes(START)}event: ping\ndata: {"type":\ndata: "ping"}\n\n${bytes(over('end_turn'), STOP)}`,
    events: [
      ...told(START),
      { type: 'relayed-event', name: 'ping', data: '{"type": "ping"}' },
      ...told(over('end_turn'), STOP),
      usage(8),
      END,
    ],
  },
  {
    name: 'events without names, and comments',
    lines: bytes(START, ...HI, over('max_tokens'), STOP).replaceAll(/^event: .*$/gm, ': ping'),
    events: [
      ...told(START, ...HI, over('max_tokens'), STOP),
      usage(8),
      finish('length', 'max_tokens'),
    ],
  },
  {
    name: 'an event that nobody knows',
    lines: bytes(START, ['new_thing', { a: 1 }], over('pause_turn'), STOP),
    events: [
      ...told(START, ['new_thing', { a: 1 }], over('pause_turn'), STOP),
      usage(8),
      finish('other', 'pause_turn'),
    ],
  },
  {
    name: 'an event without a name or a type is nothing',
    lines: `${bytes(START)}data: {}\n\ndata: {"type":5}\n\n${bytes(over('end_turn'), STOP)}`,
    events: [...told(START, over('end_turn'), STOP), usage(8), END],
  },
  {
    name: 'a stop sequence',
    lines: bytes(START, ...HI, over('stop_sequence', 'END'), STOP),
    events: [
      ...told(START, ...HI, over('stop_sequence', 'END'), STOP),
      usage(8),
      finish('stop', 'stop_sequence', 'END'),
    ],
  },
  {
    name: 'a refusal',
    lines: bytes(START, over('refusal'), STOP),
    events: [...told(START, over('refusal'), STOP), usage(8), finish('content-filter', 'refusal')],
  },
  {
    name: 'counts of nothing, where there are none',
    lines: bytes(
      ['message_start', { message: { ...MESSAGE, usage: null } }],
      ['message_delta', { delta: { stop_reason: 'end_turn' } }],
      STOP,
    ),
    events: [
      ...told(
        [
          'message_start',
          { message: { ...MESSAGE, usage: { input_tokens: 0, output_tokens: 0 } } },
        ],
        ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 0 } }],
        STOP,
      ),
      END,
    ],
  },
  {
    name: 'the input of a call as a delta, where it came at once',
    lines: bytes(
      START,
      begun(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } }),
      ended(0),
      begun(1, { type: 'tool_use', id: 'toolu_2', name: 'g', input: { b: 2 } }),
      delta(1, { type: 'input_json_delta', partial_json: '' }),
      ended(1),
      over('tool_use'),
      STOP,
    ),
    events: [
      ...told(
        START,
        begun(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
        delta(0, { type: 'input_json_delta', partial_json: '{"a":1}' }),
        ended(0),
        begun(1, { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} }),
        delta(1, { type: 'input_json_delta', partial_json: '' }),
        delta(1, { type: 'input_json_delta', partial_json: '{"b":2}' }),
        ended(1),
        over('tool_use'),
        STOP,
      ),
      usage(8),
      finish('tool-calls', 'tool_use'),
    ],
  },
  {
    name: 'no input of a call that has none',
    lines: bytes(
      START,
      begun(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
      ended(0),
      over('tool_use'),
      STOP,
    ),
    events: [
      ...told(
        START,
        begun(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
        ended(0),
        over('tool_use'),
        STOP,
      ),
      usage(8),
      finish('tool-calls', 'tool_use'),
    ],
  },
  {
    name: 'the input of a call once, where it came twice',
    lines: bytes(
      START,
      begun(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } }),
      delta(0, { type: 'input_json_delta', partial_json: '{"a":1}' }),
      ended(0),
      over('tool_use'),
      STOP,
    ),
    events: [
      ...told(
        START,
        begun(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
        delta(0, { type: 'input_json_delta', partial_json: '{"a":1}' }),
        ended(0),
        over('tool_use'),
        STOP,
      ),
      usage(8),
      finish('tool-calls', 'tool_use'),
    ],
  },
  {
    name: 'nothing after the end',
    lines: `${bytes(START, over('end_turn'), STOP)}data: [DONE]\n\n${bytes(PING, ...HI, STOP, ['error', ERROR])}`,
    events: [...told(START, over('end_turn'), STOP), usage(8), END],
  },
  {
    name: 'the last event, where only it is missing',
    lines: bytes(START, ...HI, over('end_turn')),
    events: [...told(START, ...HI, over('end_turn'), STOP), usage(8), END],
  },
  {
    name: 'the last event, where there is [DONE] in its place',
    lines: `${bytes(START, ...HI, over('end_turn'))}data: [DONE]\n\n`,
    events: [...told(START, ...HI, over('end_turn'), STOP), usage(8), END],
  },
  {
    name: 'the last event, where half of it is missing',
    lines: `${bytes(START, over('end_turn'))}event: message_stop\ndata: {"type":"mess`,
    events: [...told(START, over('end_turn'), STOP), usage(8), END],
  },
  {
    name: 'an end in the middle',
    lines: bytes(START, ...HI),
    events: [...told(START, ...HI), CUT],
  },
  {
    name: '[DONE] in the middle',
    lines: `${bytes(START)}data: [DONE]\n\n`,
    events: [...told(START), CUT],
  },
  { name: 'nothing', lines: '', events: [CUT] },
  { name: 'pings alone', lines: bytes(PING, PING), events: [CUT] },
  {
    name: 'an end in the middle of an event',
    lines: bytes(START, ...HI).slice(0, -40),
    events: [...told(START, ...HI.slice(0, -1)), GARBLED],
  },
  {
    name: 'an event that is no JSON',
    lines: `${bytes(START)}event: content_block_delta\ndata: {"type":\n\n${bytes(STOP)}`,
    events: [...told(START), GARBLED],
  },
  { name: 'a start without a message', lines: bytes(['message_start', {}]), events: [GARBLED] },
  { name: 'an answer without a start', lines: bytes(...HI, STOP), events: [GARBLED] },
  {
    name: 'an error first, with nothing before it',
    lines: bytes(PING, ['error', ERROR]),
    events: [failed('overloaded', 'Overloaded')],
  },
  {
    name: 'an error in the middle',
    lines: bytes(START, ...HI, ['error', ERROR], STOP),
    events: [...told(START, ...HI), failed('overloaded', 'Overloaded')],
  },
  {
    name: 'an error without a name, as other layers write it',
    lines: `${bytes(START)}data: {"error":{"message":"Slow.","code":429}}\n\n`,
    events: [...told(START), failed('rate-limited', 'Slow.')],
  },
  {
    name: 'an error with the vendor’s JSON in its words',
    lines: bytes([
      'error',
      {
        error: {
          type: 'api_error',
          message: JSON.stringify({ type: 'error', ...ERROR, request_id: 'req_vrtx_1' }),
        },
      },
    ]),
    events: [failed('overloaded', 'Overloaded')],
  },
  {
    name: 'the caller’s key, nowhere',
    lines: bytes(['error', { error: { type: 'api_error', message: `Bad ${KEY}.` } }]),
    events: [failed('upstream-failed', 'Bad [key].')],
  },
];

describe('a stream', () => {
  it.each(TRANSCRIPTS)('is told: $name', ({ lines, events }) => {
    for (const lineEnd of ['\n', '\r\n'])
      for (const cutting of CUTTINGS)
        for (const chunks of cutting.cut(bytesOf(lines.replaceAll('\n', lineEnd)))) {
          const got = read(chunks);
          expect(got).toMatchObject(events);
          expect(got).toHaveLength(events.length);
        }
  });

  it('counts what was counted last, and thoughts', () => {
    const counts = {
      delta: { stop_reason: 'end_turn' },
      usage: {
        input_tokens: 5,
        cache_read_input_tokens: null,
        output_tokens: 9,
        output_tokens_details: { thinking_tokens: 4 },
      },
    };
    expect(read([bytesOf(bytes(START, ['message_delta', counts], STOP))])).toContainEqual({
      type: 'usage',
      usage: {
        inputTokens: 5 + 75 + 4553,
        outputTokens: 9,
        cachedInputTokens: 4553,
        reasoningTokens: 4,
        estimated: false,
      },
    });
  });

  it('without counts tells none', () => {
    const { usage: _, ...message } = MESSAGE;
    const got = read([bytesOf(bytes(['message_start', { message }], STOP))]);
    expect(got.map(({ type }) => type)).toEqual(['relayed-event', 'relayed-event', 'finish']);
  });

  it('is known to be over before its last event', () => {
    const reader = poeMessages.read({ status: 200, header: () => STREAM }, recordingSink(), {
      key: KEY,
      stream: true,
      randomId: () => '',
    });
    reader.feed(bytesOf(bytes(START, ...HI)));
    expect(reader.isFinished?.()).toBe(false);
    reader.feed(bytesOf(bytes(over('end_turn'))));
    expect(reader.isFinished?.()).toBe(true);
    expect(reader.isComplete()).toBe(false);
  });

  it('tells why the connection broke, unless everything was said', () => {
    const failure = new GatewayError('upstream-timeout', 'Silence.');
    expect(read([bytesOf(bytes(START))], { failure }).at(-1)).toEqual({
      type: 'error',
      error: failure,
    });
    expect(read([bytesOf(bytes(START, over('end_turn')))], { failure }).at(-1)).toEqual(END);
  });

  it('law: has one end, which is its last event, wherever it is cut', () => {
    const frames = [START, PING, ...HI, ...CALL, over('end_turn'), STOP, ['error', ERROR] as const];
    const any = fc.array(fc.constantFrom(...frames), { maxLength: 8 });
    const run = (list: readonly Told[], cut: number, seed: number, stream: boolean): void => {
      const all = bytesOf(bytes(...list));
      const got = read(cutRandomly(all.slice(0, cut % (all.length + 1)), seed), { stream });
      const ends = got.filter(({ type }) => type === 'finish' || type === 'error');
      expect(ends).toEqual([got.at(-1)]);
      for (const event of got)
        if (event.type === 'relayed-event') expect(JSON.parse(event.data)).toBeTypeOf('object');
    };
    fc.assert(fc.property(any, fc.nat(4000), fc.nat(), fc.boolean(), run), LAW);
  });
});

const TEXT = { type: 'text', text: 'Hi dear 😀' };
const WHOLE = {
  ...MESSAGE,
  content: [TEXT],
  stop_reason: 'end_turn',
  usage: { ...USAGE, output_tokens: 8 },
};

describe('a whole reply', () => {
  it('is told as it is, with its counts and its end', () => {
    for (const cutting of CUTTINGS)
      for (const chunks of cutting.cut(bytesOf(JSON.stringify(WHOLE))))
        expect(read(chunks, { type: 'application/json', stream: false })).toEqual([
          { type: 'relayed-reply', body: WHOLE },
          usage(8),
          END,
        ]);
  });

  it.each([
    { reply: { type: 'error', ...ERROR }, events: [failed('overloaded', 'Overloaded')] },
    {
      reply: { error: { message: 'No.', type: 'insufficient_credits' } },
      events: [failed('insufficient-points', 'No.')],
    },
    { reply: { type: 'message' }, events: [GARBLED] },
    { reply: [], events: [failed('upstream-failed', expect.stringContaining('garbled'))] },
  ])('that is none is a failure: $reply', ({ reply, events }) => {
    for (const stream of [true, false])
      expect(
        read([bytesOf(JSON.stringify(reply))], { type: 'application/json', stream }),
      ).toMatchObject(events);
  });

  it('has counts even where Poe gave none, in either form', () => {
    const { usage: _, ...bare } = WHOLE;
    const { usage: __, ...bareStart } = MESSAGE;
    const body = { usage: { input_tokens: 0, output_tokens: 0 } };
    const whole = bytesOf(JSON.stringify(bare));
    const uncounted: Told = ['message_delta', { delta: { stop_reason: 'end_turn' } }];
    const lines = bytes(['message_start', { message: bareStart }], ...HI, uncounted, STOP);
    expect(read([whole], { type: 'application/json', stream: false })[0]).toMatchObject({ body });
    expect(read([bytesOf(lines)], { stream: false })[0]).toMatchObject({ body });
  });

  it('cut short is a failure', () => {
    const half = bytesOf(JSON.stringify(WHOLE).slice(0, -1));
    expect(read([half], { type: 'application/json', stream: false })).toMatchObject([
      failed('upstream-failed', expect.stringContaining('cut short')),
    ]);
  });
});

const CITATION = { type: 'char_location', cited_text: 'x', document_index: 0 };
const BLOCKS = [
  { type: 'thinking', thinking: 'Hm.', signature: 'EpwE' },
  { type: 'redacted_thinking', data: 'AAAA' },
  { type: 'text', text: 'See', citations: [CITATION] },
  { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: [1, { b: 'ü' }] } },
  { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} },
  { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ url: 'https://x' }] },
];

describe('what comes in the other form than was asked for', () => {
  it('is told as a stream where it came whole: the input of a call in deltas alone', () => {
    const reply = { ...WHOLE, content: [TEXT, BLOCKS[3]], stop_reason: 'tool_use' };
    const got = read([bytesOf(JSON.stringify(reply))], { type: 'application/json' });
    const events: readonly Told[] = [
      ['message_start', { message: { ...MESSAGE, usage: { ...USAGE, output_tokens: 0 } } }],
      begun(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: 'Hi dear 😀' }),
      ended(0),
      begun(1, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{"a":[1,{"b":"ü"}]}' }),
      ended(1),
      [
        'message_delta',
        { delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: reply.usage },
      ],
      STOP,
    ];
    const heard = got.map((event) =>
      event.type === 'relayed-event'
        ? { name: event.name, data: JSON.parse(event.data) as unknown }
        : event,
    );
    expect(heard).toEqual([
      ...events.map(([type, members]) => ({ name: type, data: { type, ...members } })),
      usage(8),
      finish('tool-calls', 'tool_use'),
    ]);
  });

  it('has counts in the stream even where the whole reply had none', () => {
    const { usage: _, ...bare } = WHOLE;
    const got = read([bytesOf(JSON.stringify(bare))], { type: 'application/json' });
    expect(got[0]).toMatchObject({ data: expect.stringContaining('"usage":{"input_tokens":0') });
  });

  it('is told whole where it came as a stream', () => {
    const lines = bytes(START, PING, ...HI, ...CALL, over('tool_use'), STOP);
    for (const cutting of CUTTINGS)
      for (const chunks of cutting.cut(bytesOf(lines)))
        expect(read(chunks, { stream: false })).toEqual([
          {
            type: 'relayed-reply',
            body: {
              ...WHOLE,
              content: [
                TEXT,
                { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } },
              ],
              stop_reason: 'tool_use',
            },
          },
          usage(8),
          finish('tool-calls', 'tool_use'),
        ]);
  });

  it('is the same message after both, whatever its blocks', () => {
    const reply = { ...WHOLE, content: BLOCKS, stop_sequence: 'END' };
    const events = read([bytesOf(JSON.stringify(reply))], { type: 'application/json' });
    const lines = events.flatMap((event) =>
      event.type === 'relayed-event' ? [`event: ${event.name}\ndata: ${event.data}\n\n`] : [],
    );
    expect(read([bytesOf(lines.join(''))], { stream: false })[0]).toEqual({
      type: 'relayed-reply',
      body: reply,
    });
  });

  it('is a failure where the input of a call is cut', () => {
    const lines = bytes(START, ...CALL.slice(0, 3), over('max_tokens'), STOP);
    expect(read([bytesOf(lines)], { stream: false })).toMatchObject([GARBLED]);
  });

  it('is a failure where the stream fails', () => {
    const lines = bytes(START, ...HI, ['error', ERROR]);
    expect(read([bytesOf(lines)], { stream: false })).toMatchObject([
      failed('overloaded', 'Overloaded'),
    ]);
    expect(read([bytesOf(bytes(START, ...HI))], { stream: false })).toMatchObject([CUT]);
  });
});

describe('readError', () => {
  const refusal = (status: number, body: unknown) =>
    poeMessages.readError({ status, header: () => undefined }, JSON.stringify(body), KEY);
  const wrapped = (message: string) => ({
    type: 'error',
    error: { type: 'invalid_request_error', message },
  });

  it('unwraps the vendor’s JSON', () => {
    const words = "'claude-3-5-haiku-20241022' does not support thinking.";
    const inner = { ...wrapped(words), request_id: 'req_vrtx_1' };
    expect(refusal(400, wrapped(JSON.stringify(inner)))).toMatchObject({
      kind: 'invalid-request',
      message: words,
    });
  });

  it.each([
    'prompt is too long: 205000 tokens > 200000 maximum',
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
  ])('knows that a conversation is too long, within: %s', (words) => {
    const inner = JSON.stringify(wrapped(words));
    expect(
      refusal(400, wrapped(`litellm.BadRequestError: AnthropicException - ${inner}`)),
    ).toMatchObject({ kind: 'context-length', message: words });
  });
});
