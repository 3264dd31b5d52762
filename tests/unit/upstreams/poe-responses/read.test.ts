/** Every transcript, with both kinds of line ends, whole, byte by byte and at random cuts. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import { poeResponses } from '../../../../src/upstreams/poe-responses/index.ts';
import { bytesOf, CUTTINGS } from '../../../golden/replay.ts';
import { recordingSink, textOf } from '../../record.ts';
import { CALLS } from './transcripts-calls.ts';
import { ENDS } from './transcripts-ends.ts';
import { WORDS } from './transcripts-words.ts';
import { call, CUT, error, finish, ID, message, sse, START, text, whole } from './wire.ts';

const KEY = 'secret-key-of-the-caller';

function read(
  chunks: readonly Uint8Array[],
  type: string | undefined,
  failure?: GatewayError,
  stream = true,
): readonly GenerationEvent[] {
  const sink = recordingSink();
  const head = { status: 200, header: () => type };
  const reader = poeResponses.read(head, sink, { key: KEY, stream, randomId: () => 'made-up' });
  for (const chunk of chunks) reader.feed(chunk);
  reader.end(failure);
  expect(sink.ends).toBe(1);
  expect(reader.isComplete()).toBe(true);
  return sink.events;
}

/** Pieces that belong together, put together: how many there were is of no account. */
function joined(events: readonly GenerationEvent[]): readonly GenerationEvent[] {
  const list: GenerationEvent[] = [];
  for (const event of events) {
    const last = list.at(-1);
    if (last && 'text' in last && last.type === event.type)
      list[list.length - 1] = { ...last, text: last.text + event.text };
    else if (
      last?.type === 'tool-call-delta' &&
      event.type === 'tool-call-delta' &&
      last.index === event.index
    )
      list[list.length - 1] = { ...last, arguments: last.arguments + event.arguments };
    else list.push(event);
  }
  return list;
}

function readStream(lines: string, failure?: GatewayError): readonly GenerationEvent[] {
  return joined(read([bytesOf(lines)], 'text/event-stream', failure));
}

const json = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

describe('read', () => {
  it.each([...WORDS, ...CALLS, ...ENDS])('a stream: $name', ({ lines, events }) => {
    for (const lineEnd of ['\n', '\r\n'])
      for (const cutting of CUTTINGS)
        for (const chunks of cutting.cut(bytesOf(lines.join('').replaceAll('\n', lineEnd)))) {
          const got = joined(read(chunks, 'text/event-stream; charset=utf-8'));
          expect(got).toHaveLength(events.length);
          expect(got).toMatchObject(events);
        }
  });

  it.each([
    { name: 'text', reply: whole([message('Hi', ' there')]), events: [text('Hi there'), finish()] },
    {
      name: 'calls',
      reply: whole([message('So:'), call('a', 'f', '{}'), call('b', 'f', '{}')]),
      events: [text('So:'), { index: 0, id: 'a' }, { index: 1, id: 'b' }, finish('tool-calls')],
    },
    {
      name: 'a limit',
      reply: whole([message('Hi')], {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }),
      events: [text('Hi'), finish('length', 'max_output_tokens')],
    },
    {
      name: 'text that is no list of parts, without a status',
      reply: { id: ID, output: [{ type: 'message', content: 'Hi' }], usage: { input_tokens: 1 } },
      events: [text('Hi'), finish()],
    },
  ])('a whole reply: $name, counts first', ({ reply, events }) => {
    for (const cutting of CUTTINGS)
      for (const chunks of cutting.cut(bytesOf(json(reply))))
        expect(joined(read(chunks, 'application/json'))).toMatchObject([
          START,
          { type: 'usage' },
          ...events,
        ]);
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
    { reply: '[]', kind: 'upstream-failed' },
    { reply: '{"output":[', kind: 'upstream-failed' },
    { reply: '', kind: 'upstream-failed' },
  ])('calls $reply a $kind, with nothing before it', ({ reply, kind }) => {
    const events = read([bytesOf(json(reply))], 'application/json');
    expect(events).toMatchObject([error(kind, expect.stringMatching(/\w\.$/))]);
  });

  it.each([{}, whole([], { status: 'in_progress' }), { id: ID, status: 'queued' }])(
    'knows a reply that is not yet an answer: %j',
    (reply) => {
      expect(read([bytesOf(json(reply))], 'application/json')).toMatchObject([CUT]);
    },
  );

  const STREAM = sse('response.completed', { response: whole([message('Hi')]) });
  const WHOLE = json(whole([message('Hi')]));
  it.each([
    { type: 'text/event-stream', asked: false, body: STREAM },
    { type: 'Application/JSON; charset=utf-8', asked: true, body: WHOLE },
    { type: undefined, asked: true, body: STREAM },
    { type: undefined, asked: false, body: WHOLE },
  ])('reads what came, a $type', ({ type, asked, body }) => {
    expect(textOf(read([bytesOf(body)], type, undefined, asked))).toBe('Hi');
  });

  it('reads a last event without its blank line', () => {
    expect(readStream(STREAM.trimEnd()).at(-1)).toEqual(finish());
  });

  it('never tells the key, wherever a vendor repeats it', () => {
    const words = { message: `bad: ${KEY} and sk-1234567890abcdef` };
    expect(readStream(sse('error', words))).toMatchObject([
      { error: { message: 'bad: [key] and [key]' } },
    ]);
  });

  it('keeps the field at fault', () => {
    const at = { code: 'invalid_prompt', param: 'input[0]', message: 'Bad.' };
    expect(readStream(sse('error', at))).toMatchObject([
      { error: { code: 'invalid_prompt', param: 'input[0]' } },
    ]);
  });

  it('tells why the connection broke, unless everything was said', () => {
    const failure = new GatewayError('upstream-timeout', 'Silence.');
    const said = sse('response.output_text.delta', { delta: 'Hi' });
    expect(readStream(said, failure).at(-1)).toEqual({ type: 'error', error: failure });
    expect(readStream(STREAM, failure).at(-1)).toEqual(finish());
    expect(read([bytesOf(WHOLE)], 'application/json', failure)).toEqual([
      { type: 'error', error: failure },
    ]);
  });
});

describe('readError', () => {
  it("reads Poe's refusals", () => {
    const head = { status: 400, header: () => undefined };
    const body = json({
      error: {
        message: 'litellm.BadRequestError: OpenAIException - Unknown parameter.',
        type: 'invalid_request_error',
        error_id: 'abc',
      },
    });
    expect(poeResponses.readError(head, body, KEY)).toMatchObject({
      kind: 'invalid-request',
      message: 'Unknown parameter.',
    });
  });
});
