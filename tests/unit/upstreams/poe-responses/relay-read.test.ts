/** Every relayed transcript, with both kinds of line ends, whole, byte by byte and at random cuts. */
import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import { poeResponsesRelay } from '../../../../src/upstreams/poe-responses/relay.ts';
import { bytesOf, CUTTINGS, cutRandomly } from '../../../golden/replay.ts';
import { LAW, recordingSink } from '../../record.ts';
import {
  A,
  argsDelta,
  argsDone,
  CREATED,
  completed,
  CUT,
  error,
  failure,
  finish,
  HEAD,
  incomplete,
  itemAdded,
  itemDone,
  message,
  openCall,
  partDone,
  sse,
  summarized,
  textDelta,
  textDone,
  USED,
  whole,
} from './wire.ts';

const KEY = 'secret-key-of-the-caller';

function read(
  chunks: readonly Uint8Array[],
  {
    type = 'text/event-stream',
    stream = true,
    broken = undefined as GatewayError | undefined,
  } = {},
): readonly GenerationEvent[] {
  const sink = recordingSink();
  const head = { status: 200, header: () => type };
  const context = { key: KEY, stream, randomId: () => 'made-up' };
  const reader = poeResponsesRelay.read(head, sink, context);
  for (const chunk of chunks) reader.feed(chunk);
  reader.end(broken);
  expect(sink.ends).toBe(1);
  expect(reader.isComplete()).toBe(true);
  return sink.events;
}

/** The events in these bytes, as they are told. */
function told(...lines: readonly string[]) {
  const frames = lines.join('').split('\n\n').slice(0, -1);
  return frames.map((frame) => {
    const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
    return { type: 'relayed-event', name, data };
  });
}

const GARBLED = error('upstream-failed', expect.stringContaining('garbled'));
const SAID = [
  itemAdded(0, { ...message(), status: 'in_progress' }),
  textDelta('Hi '),
  textDelta('dear 😀'),
  textDone('Hi dear 😀'),
  partDone('Hi dear 😀'),
  itemDone(0, message('Hi dear 😀')),
];
const CALLED = [
  itemAdded(0, openCall('a', 'weather')),
  argsDelta(0, 'a', '{"city":'),
  argsDelta(0, 'a', '"Paris"}'),
  argsDone(0, 'a', '{"city":"Paris"}'),
  itemDone(0, A),
];
const FULL = completed([message('Hi dear 😀')]);

interface Transcript {
  readonly name: string;
  readonly lines: readonly string[];
  readonly events: readonly unknown[];
}

const TRANSCRIPTS: readonly Transcript[] = [
  {
    name: 'an answer, event by event as it came',
    lines: [CREATED, ...SAID, FULL],
    events: [...told(CREATED, ...SAID, FULL), USED, finish()],
  },
  {
    name: 'a call',
    lines: [CREATED, ...CALLED, completed([A])],
    events: [...told(CREATED, ...CALLED, completed([A])), USED, finish()],
  },
  {
    name: 'events without names, and [DONE]',
    lines: [[CREATED, ...SAID, FULL].join('').replaceAll(/^event: .*\n/gm, ''), 'data: [DONE]\n\n'],
    events: [...told(CREATED, ...SAID, FULL), USED, finish()],
  },
  {
    name: 'an event over several lines, in one',
    lines: ['data: {"type":\ndata: "response.new_thing"}\n\n', FULL],
    events: [
      { type: 'relayed-event', name: 'response.new_thing', data: '{"type": "response.new_thing"}' },
      ...told(FULL),
      USED,
      finish(),
    ],
  },
  {
    name: 'an event without a name or a type is nothing',
    lines: ['data: {"a":1}\n\n', FULL],
    events: [...told(FULL), USED, finish()],
  },
  {
    name: 'a limit',
    lines: [...SAID, incomplete([message('Hi')], 'max_output_tokens')],
    events: [
      ...told(...SAID, incomplete([message('Hi')], 'max_output_tokens')),
      USED,
      finish('length', 'max_output_tokens'),
    ],
  },
  {
    name: 'an end whose response still says that it goes on',
    lines: [...SAID, completed([message('Hi')], { status: 'in_progress' })],
    events: [
      ...told(...SAID, completed([message('Hi')], { status: 'in_progress' })),
      USED,
      finish(),
    ],
  },
  {
    name: 'a filter',
    lines: [incomplete([], 'content_filter')],
    events: [
      ...told(incomplete([], 'content_filter')),
      USED,
      finish('content-filter', 'content_filter'),
    ],
  },
  {
    name: 'an incomplete answer without a reason',
    lines: [incomplete([])],
    events: [...told(incomplete([])), USED, finish('length', 'incomplete')],
  },
  {
    name: 'no counts where there are none',
    lines: [completed([], { usage: null })],
    events: [...told(completed([], { usage: null })), finish()],
  },
  {
    name: 'nothing after the end',
    lines: [FULL, ...SAID, FULL, failure('x', 'No.')],
    events: [...told(FULL), USED, finish()],
  },
  {
    name: 'a failure right at the beginning, with nothing before it',
    lines: [CREATED, failure('rate_limit_exceeded', 'Slow.')],
    events: [error('rate-limited', 'Slow.')],
  },
  {
    name: 'an error right at the beginning, with nothing before it',
    lines: [CREATED, sse('error', { code: 'context_length_exceeded', message: 'Too long.' })],
    events: [error('context-length', 'Too long.')],
  },
  {
    name: 'an error object alone',
    lines: ['data: {"error":{"message":"Full.","type":"overloaded_error"}}\n\n'],
    events: [error('overloaded', 'Full.')],
  },
  {
    name: 'a failure in the middle, in nobody’s words but the room’s',
    lines: [CREATED, ...SAID, failure('server_error', 'Oh.'), FULL],
    events: [...told(CREATED, ...SAID), error('upstream-failed', 'Oh.')],
  },
  {
    name: 'a failure that calls itself complete',
    lines: [completed([], { status: 'failed', error: { code: 'server_error', message: 'Oh.' } })],
    events: [error('upstream-failed', 'Oh.')],
  },
  {
    name: 'a failure without a reason',
    lines: [sse('response.failed', { response: { ...HEAD, status: 'failed' } })],
    events: [error('upstream-failed', expect.stringContaining('without saying why'))],
  },
  {
    name: 'a cancelled answer',
    lines: [...SAID, sse('response.cancelled', { response: { ...HEAD, status: 'cancelled' } })],
    events: [...told(...SAID), error('upstream-failed', expect.stringContaining('cancelled'))],
  },
  {
    name: 'a last event without a response',
    lines: [sse('response.completed')],
    events: [GARBLED],
  },
  {
    name: 'an end in the middle',
    lines: [CREATED, ...SAID],
    events: [...told(CREATED, ...SAID), CUT],
  },
  { name: 'an end at the beginning', lines: [CREATED], events: [CUT] },
  {
    name: '[DONE] in the middle',
    lines: [...SAID, 'data: [DONE]\n\n'],
    events: [...told(...SAID), CUT],
  },
  { name: 'nothing', lines: [], events: [CUT] },
  {
    name: 'an event that is no JSON',
    lines: [...SAID, 'data: {"type":\n\n', FULL],
    events: [...told(...SAID), GARBLED],
  },
  {
    name: 'an end in the middle of an event',
    lines: [...SAID, FULL.slice(0, -20)],
    events: [...told(...SAID), GARBLED],
  },
  {
    name: 'the caller’s key, nowhere',
    lines: [sse('error', { message: `Bad ${KEY}.` })],
    events: [error('upstream-failed', 'Bad [key].')],
  },
];

describe('a stream', () => {
  it.each(TRANSCRIPTS)('is told: $name', ({ lines, events }) => {
    for (const lineEnd of ['\n', '\r\n'])
      for (const cutting of CUTTINGS)
        for (const chunks of cutting.cut(bytesOf(lines.join('').replaceAll('\n', lineEnd)))) {
          const got = read(chunks);
          expect(got).toMatchObject(events);
          expect(got).toHaveLength(events.length);
        }
  });

  it('tells why the connection broke, unless everything was said', () => {
    const broken = new GatewayError('upstream-timeout', 'Silence.');
    expect(read([bytesOf(SAID.join(''))], { broken }).at(-1)).toEqual({
      type: 'error',
      error: broken,
    });
    expect(read([bytesOf(FULL)], { broken }).at(-1)).toEqual(finish());
  });

  it('law: has one end, which is its last event, wherever it is cut', () => {
    const frames = [
      CREATED,
      ...SAID,
      ...CALLED,
      FULL,
      incomplete([]),
      failure('x', 'Oh.'),
      'data: [DONE]\n\n',
    ];
    const any = fc.array(fc.constantFrom(...frames), { maxLength: 8 });
    const run = (list: readonly string[], cut: number, seed: number, stream: boolean): void => {
      const all = bytesOf(list.join(''));
      const got = read(cutRandomly(all.slice(0, cut % (all.length + 1)), seed), { stream });
      const ends = got.filter(({ type }) => type === 'finish' || type === 'error');
      expect(ends).toEqual([got.at(-1)]);
      for (const event of got) {
        if (event.type !== 'relayed-event') continue;
        expect(JSON.parse(event.data)).toMatchObject({ type: event.name });
        expect(event.name).not.toMatch(/failed|^error/);
      }
    };
    fc.assert(fc.property(any, fc.nat(6000), fc.nat(), fc.boolean(), run), LAW);
  });
});

const RESPONSE = whole([message('Hi')]);

describe('a whole reply', () => {
  const json = (body: unknown, stream = false) =>
    read([bytesOf(JSON.stringify(body))], { type: 'application/json', stream });

  it('is told as it is, with its counts and its end', () => {
    for (const cutting of CUTTINGS)
      for (const chunks of cutting.cut(bytesOf(JSON.stringify(RESPONSE))))
        expect(read(chunks, { type: 'application/json', stream: false })).toEqual([
          { type: 'relayed-reply', body: RESPONSE },
          USED,
          finish(),
        ]);
  });

  it('needs no status', () => {
    const reply = { id: 'resp_1', output: [message('Hi')] };
    expect(json(reply)).toEqual([{ type: 'relayed-reply', body: reply }, finish()]);
  });

  it.each([
    { reply: whole([], { status: 'incomplete' }), end: finish('length', 'incomplete') },
    {
      reply: whole([], { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
      end: finish('content-filter', 'content_filter'),
    },
  ])('may be incomplete: $reply', ({ reply, end }) => {
    expect(json(reply)).toEqual([{ type: 'relayed-reply', body: reply }, USED, end]);
  });

  it.each([
    {
      reply: { error: { message: 'Bad.', type: 'invalid_request_error' } },
      kind: 'invalid-request',
    },
    {
      reply: { type: 'error', code: 'rate_limit_exceeded', message: 'Slow.' },
      kind: 'rate-limited',
    },
    { reply: { message: 'It broke.' }, kind: 'upstream-failed' },
    {
      reply: whole([], { status: 'failed', error: { code: 'bio_policy', message: 'No.' } }),
      kind: 'forbidden',
    },
    { reply: whole([], { status: 'cancelled' }), kind: 'upstream-failed' },
    { reply: whole([], { status: 'in_progress' }), kind: 'upstream-failed' },
    { reply: {}, kind: 'upstream-failed' },
    { reply: [], kind: 'upstream-failed' },
  ])('that is none is a $kind: $reply', ({ reply, kind }) => {
    for (const stream of [true, false])
      expect(json(reply, stream)).toMatchObject([error(kind, expect.stringMatching(/\w\.$/))]);
  });
});

const REFUSAL = { type: 'refusal', refusal: 'No.' };
const OUTPUT = [
  { ...summarized('Hm.', 'So.'), encrypted_content: 'gAAA' },
  { id: 'rs_2', type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'R' }] },
  { ...message('Hi'), content: [...message('Hi').content, REFUSAL] },
  A,
  { id: 'ctc_1', type: 'custom_tool_call', call_id: 'c', name: 'p', input: '*** Begin' },
  { id: 'ws_1', type: 'web_search_call', action: { query: 'x' } },
];

/** The names of the events, and what is at the paths in them. */
function eventsOf(events: readonly GenerationEvent[]) {
  return events.flatMap((event) =>
    event.type === 'relayed-event'
      ? [JSON.parse(event.data) as Readonly<Record<string, unknown>> & { readonly type: string }]
      : [],
  );
}

describe('what comes in the other form than was asked for', () => {
  const streamed = (output: readonly object[], changes: object = {}) =>
    read([bytesOf(JSON.stringify(whole(output, changes)))], { type: 'application/json' });

  it('is told as a stream where it came whole, with every event that clients wait for', () => {
    const got = streamed([message('Hi'), A]);
    const events = eventsOf(got);
    expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map((event) => event['sequence_number'])).toEqual([...events.keys()]);
    expect(events[0]).toMatchObject({
      response: { status: 'in_progress', output: [], usage: null },
    });
    const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
    expect(events.slice(2, 8)).toMatchObject([
      { output_index: 0, item: { id: 'msg_1', status: 'in_progress', content: [] } },
      { ...at, part: { type: 'output_text', text: '', annotations: [] } },
      { ...at, delta: 'Hi' },
      { ...at, text: 'Hi' },
      { ...at, part: { type: 'output_text', text: 'Hi' } },
      { output_index: 0, item: message('Hi') },
    ]);
    expect(events.slice(8)).toMatchObject([
      { output_index: 1, item: { ...A, arguments: '', status: 'in_progress' } },
      { item_id: 'fc_a', output_index: 1, delta: '{"city":"Paris"}' },
      { item_id: 'fc_a', output_index: 1, arguments: '{"city":"Paris"}' },
      { output_index: 1, item: A },
      { response: whole([message('Hi'), A]) },
    ]);
    expect(got.slice(-2)).toEqual([USED, finish()]);
  });

  it('tells thoughts, refusals and calls of other kinds in their own events', () => {
    const names = eventsOf(streamed(OUTPUT)).map(({ type }) => type.replace('response.', ''));
    for (const name of [
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'reasoning_text.delta',
      'refusal.delta',
      'refusal.done',
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
    ])
      expect(names).toContain(name);
    expect(names.filter((name) => name === 'reasoning_summary_text.delta')).toHaveLength(2);
  });

  it('ends as incomplete where it was', () => {
    const last = eventsOf(streamed([], { status: 'incomplete' })).at(-1);
    expect(last?.type).toBe('response.incomplete');
  });

  it('is told whole where it came as a stream', () => {
    const body = whole([message('Hi dear 😀')]);
    for (const last of [FULL, completed([])])
      for (const cutting of CUTTINGS)
        for (const chunks of cutting.cut(bytesOf([CREATED, ...SAID, last].join(''))))
          expect(read(chunks, { stream: false })).toEqual([
            { type: 'relayed-reply', body },
            USED,
            finish(),
          ]);
  });

  it('is a failure where the stream fails', () => {
    const stream = false;
    expect(read([bytesOf(SAID.join(''))], { stream })).toMatchObject([CUT]);
    expect(read([bytesOf(CREATED + failure('x', 'Oh.'))], { stream })).toMatchObject([
      error('upstream-failed', 'Oh.'),
    ]);
  });
});

const FOLDER = new URL('../../../../../shared/recordings/', import.meta.url);
const names = (existsSync(FOLDER) ? readdirSync(FOLDER) : []).filter((name) =>
  name.startsWith('v1-responses-'),
);

describe.skipIf(names.length === 0)('a recorded response', () => {
  test.each(names)('%s comes through as it is, in both forms', (name) => {
    const { response } = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as {
      readonly response: { readonly body: object };
    };
    const json = JSON.stringify(response.body);
    const heard = read([bytesOf(json)], { type: 'application/json', stream: false });
    expect(heard[0]).toEqual({ type: 'relayed-reply', body: response.body });
    expect(heard.at(-1)).toEqual(finish());

    const lines = read([bytesOf(json)], { type: 'application/json' }).flatMap((event) =>
      event.type === 'relayed-event' ? [`event: ${event.name}\ndata: ${event.data}\n\n`] : [],
    );
    expect(read([bytesOf(lines.join(''))], { stream: false })).toEqual(heard);
  });
});
