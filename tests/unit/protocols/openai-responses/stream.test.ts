/** Events → a response's stream, and the same events → the whole reply. */
import { describe, expect, it } from 'vitest';
import { type ErrorKind, GatewayError } from '../../../../src/core/error.ts';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { readResponseStream, responseEvents } from '../../../clients/_responses-order.ts';
import {
  calls,
  CLOCK,
  grows,
  read,
  refuses,
  says,
  START,
  STOP,
  streamOf,
  thinks,
  USAGE,
  wholeOf,
} from './_room.ts';

const ended = (reason: FinishReason): GenerationEvent => ({
  type: 'finish',
  reason,
  rawReason: reason,
});

/** The events' types without what they share, runs of the same one once. */
function steps(stream: string): readonly string[] {
  const types = responseEvents(stream).map(({ type }) => String(type).replace('response.', ''));
  return types.filter((type, index) => type !== types[index - 1]);
}

const OPENING = ['created', 'in_progress', 'output_item.added'];
const WORDS = ['output_text.delta', 'output_text.done', 'content_part.done', 'output_item.done'];
const MESSAGE = ['output_item.added', 'content_part.added', ...WORDS];
const CALL = [
  'output_item.added',
  'function_call_arguments.delta',
  'function_call_arguments.done',
  'output_item.done',
];

describe('a stream', () => {
  it.each<{ what: string; events: readonly GenerationEvent[]; wanted: readonly string[] }>([
    {
      what: 'of text',
      events: [says('Hel'), says('lo')],
      wanted: [...OPENING, 'content_part.added', ...WORDS],
    },
    {
      what: 'of thoughts and text',
      events: [thinks('H'), thinks('m.'), says('Hello')],
      wanted: [
        ...OPENING,
        'reasoning_summary_part.added',
        'reasoning_summary_text.delta',
        'reasoning_summary_text.done',
        'reasoning_summary_part.done',
        'output_item.done',
        ...MESSAGE,
      ],
    },
    {
      what: 'of a refusal after some words',
      events: [says('Well'), refuses('No'), refuses('.')],
      wanted: [
        ...OPENING,
        'content_part.added',
        'output_text.delta',
        'output_text.done',
        'content_part.done',
        'content_part.added',
        'refusal.delta',
        'refusal.done',
        'content_part.done',
        'output_item.done',
      ],
    },
    {
      what: 'of calls, one after the other',
      events: [calls(0, 'clock'), grows(0, '{"a"'), grows(0, ':1}'), calls(1, 'clock', '{}')],
      wanted: ['created', 'in_progress', ...CALL, ...CALL],
    },
    {
      what: 'of text that resumes after a call',
      events: [says('See'), calls(0, 'clock', '{}'), says('So')],
      wanted: ['created', 'in_progress', ...MESSAGE, ...CALL, ...MESSAGE],
    },
    {
      what: 'of nothing',
      events: [],
      wanted: [...OPENING, 'content_part.added', ...WORDS.slice(1)],
    },
    {
      what: 'of empty words',
      events: [thinks(''), says(''), refuses('')],
      wanted: [...OPENING, 'content_part.added', ...WORDS.slice(1)],
    },
  ])('$what has every step', ({ events, wanted }) => {
    const stream = streamOf([START, ...events, USAGE, STOP]);
    expect(steps(stream)).toEqual([...wanted, 'completed']);
    const { response } = readResponseStream(stream);
    expect(response).toMatchObject({ status: 'completed', usage: { total_tokens: 12 } });
  });

  it('begins with the first word, not before: an early failure must still have a status', () => {
    expect(streamOf([START])).toBe('');
    expect(streamOf([START, USAGE])).toBe('');
    expect(streamOf([START, says('a')])).toMatch(/^event: response\.created\ndata: \{/);
  });

  it('has one frame for each word, and says whose it is', () => {
    const parsed = read({ input: 'Hi' });
    const frames: string[] = [];
    const [sink] = parsed.renderStream({ id: 'abc', created: 1, model: 'm' }, (frame) =>
      frames.push(frame),
    );
    for (const event of [START, says('a'), says('b"')]) sink?.event(event);
    expect(frames.at(-1)).toBe(
      'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"msg_abc","output_index":0,"content_index":0,"sequence_number":5,"delta":"b\\"","logprobs":[]}\n\n',
    );
    const after = frames.length;
    sink?.event(says('c'));
    expect(frames).toHaveLength(after + 1);
  });

  it('tells calls apart that grow at the same time', () => {
    const stream = streamOf([
      START,
      calls(0, 'clock', '{"a":'),
      calls(1, 'clock', '{"b":'),
      grows(0, '1}'),
      grows(1, '2}'),
      STOP,
    ]);
    const { response } = readResponseStream(stream, { interleaved: true });
    expect(response['output']).toMatchObject([
      { arguments: '{"a":1}', call_id: 'call_0' },
      { arguments: '{"b":2}', call_id: 'call_1' },
    ]);
  });

  it('tells the text of a custom call when it is whole', () => {
    const parsed = read({ input: 'Hi', tools: [{ type: 'custom', name: 'note' }] });
    const events = [START, calls(0, 'note', '{"inp'), grows(0, 'ut":"a\\nb"}'), STOP];
    const stream = streamOf(events, parsed);
    expect(steps(stream)).toEqual([
      ...OPENING,
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
      'completed',
    ]);
    expect(readResponseStream(stream).response['output']).toMatchObject([
      { type: 'custom_tool_call', name: 'note', input: 'a\nb' },
    ]);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
  ] as const)('that ends by %s is incomplete, and so is its last item', (reason, why) => {
    const events = [START, thinks('Hm.'), says('Hel'), USAGE, ended(reason)];
    const stream = streamOf(events);
    const { response } = readResponseStream(stream);
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: why },
      output: [{ type: 'reasoning' }, { type: 'message', status: 'incomplete' }],
      usage: { total_tokens: 12 },
    });
    expect(wholeOf(events)).toEqual(response);
  });

  it('does not give out a half call as a whole one', () => {
    const events = [START, calls(0, 'f', '{}'), calls(1, 'f', '{"a'), ended('length')];
    expect(readResponseStream(streamOf(events)).response['output']).toMatchObject([
      { status: 'completed' },
      { status: 'incomplete', arguments: '{"a' },
    ]);
  });

  it.each(['other', 'tool-calls', 'stop'] as const)('that ends by %s is complete', (reason) => {
    expect(wholeOf([START, says('a'), ended(reason)])['status']).toBe('completed');
  });
});

describe('a failure', () => {
  it.each<[ErrorKind, string]>([
    ['rate-limited', 'rate_limit_exceeded'],
    ['context-length', 'context_length_exceeded'],
    ['insufficient-points', 'insufficient_quota'],
    ['overloaded', 'server_is_overloaded'],
    ['invalid-request', 'invalid_prompt'],
    ['forbidden', 'invalid_prompt'],
    ['upstream-failed', 'server_error'],
    ['upstream-timeout', 'server_error'],
    ['internal', 'server_error'],
  ])('of kind %s is a failed response with the code %s', (kind, code) => {
    const error = new GatewayError(kind, 'That is why.');
    const stream = streamOf([START, says('Hel'), { type: 'error', error }]);
    const { response, events } = readResponseStream(stream);
    expect(events.filter((type) => type.endsWith('failed'))).toEqual(['response.failed']);
    expect(events).not.toContain('response.output_item.done');
    expect(response).toMatchObject({ status: 'failed', error: { code, message: 'That is why.' } });
  });

  it('before the first word is a stream too, where the stream had to begin', () => {
    const error = new GatewayError('upstream-failed', 'Poe is gone.');
    const { events } = readResponseStream(streamOf([{ type: 'error', error }]));
    expect(events).toEqual(['response.created', 'response.in_progress', 'response.failed']);
  });

  it('gives back what was whole, and never a half call', () => {
    const error = new GatewayError('upstream-failed', 'Poe is gone.');
    const events = [START, says('a'), calls(0, 'f', '{"a'), { type: 'error', error } as const];
    const { response } = readResponseStream(streamOf(events));
    expect(response['output']).toMatchObject([{ type: 'message', status: 'completed' }]);
  });
});

describe('the response object', () => {
  it('has the defaults of OpenAI’s', () => {
    expect(wholeOf([START, says('Hello'), STOP])).toEqual({
      id: 'resp_abc',
      object: 'response',
      created_at: 1_700_000_000,
      status: 'completed',
      background: false,
      completed_at: null,
      error: null,
      incomplete_details: null,
      model: 'GPT-5',
      output: [
        {
          id: 'msg_abc',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Hello' }],
        },
      ],
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      parallel_tool_calls: true,
      previous_response_id: null,
      prompt_cache_key: null,
      prompt_cache_retention: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: 'default',
      store: true,
      temperature: 1,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      user: null,
      metadata: {},
      usage: {
        input_tokens: 0,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 0,
      },
    });
  });

  it('gives back what the client said', () => {
    const fields: JsonObject = {
      instructions: 'Be kind.',
      max_output_tokens: 64,
      max_tool_calls: 3,
      metadata: { purpose: 'test' },
      parallel_tool_calls: false,
      prompt_cache_key: 'session-1',
      prompt_cache_retention: '24h',
      reasoning: { effort: 'low', summary: 'auto' },
      safety_identifier: 'user-1',
      service_tier: 'flex',
      store: false,
      temperature: 0.2,
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      tool_choice: 'required',
      tools: [CLOCK],
      top_logprobs: 2,
      top_p: 0.5,
      truncation: 'auto',
      user: 'user-1',
    };
    expect(wholeOf([START, STOP], read({ input: 'Hi', ...fields }))).toMatchObject(fields);
  });

  it('has the counts, and says where they are an estimate', () => {
    const usage = { inputTokens: 3, outputTokens: 4, estimated: true };
    expect(wholeOf([START, { type: 'usage', usage }, STOP])['usage']).toMatchObject({
      total_tokens: 7,
      estimated: true,
    });
    expect(wholeOf([START, USAGE, STOP])['usage']).toEqual({
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 2 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 12,
    });
  });
});
