/** `POST /v1/responses`: what it answers, whole and streamed. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile, type Json } from './client.ts';
import { format, post, schema, streamed, textOf, tool, whole } from './responses.ts';

const simulator = simulatorForFile();

describe('a response', () => {
  test('has the members of the recorded ones', async () => {
    const reply = await whole(simulator(), 'Responds', { metadata: { a: 'b' }, temperature: 0.5 });
    expect(reply).toMatchObject({
      id: expect.stringMatching(/^resp_[\w=]+$/),
      object: 'response',
      model: 'Responds',
      status: 'completed',
      store: false,
      instructions: null,
      metadata: { a: 'b' },
      temperature: 0.5,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      output: [
        {
          id: expect.stringMatching(/^msg_/),
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [
            { type: 'output_text', text: 'Hello  there, world', annotations: [], logprobs: [] },
          ],
        },
      ],
      usage: { input_tokens: 3, output_tokens: 3, total_tokens: 6 },
    });
    expect(reply).not.toHaveProperty('output_text');
  });

  test.each([
    ['a text', 'Hi'],
    ['messages', [{ role: 'user', content: 'Hi' }]],
    ['parts', [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }]],
    [
      'a picture',
      [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Hi' },
            { type: 'input_image', image_url: 'https://a/b.png', detail: 'auto' },
          ],
        },
      ],
    ],
    [
      'a file',
      [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Hi' },
            {
              type: 'input_file',
              filename: 'a.pdf',
              file_data: 'data:application/pdf;base64,aGk=',
            },
          ],
        },
      ],
    ],
    [
      'a conversation',
      [
        { role: 'developer', content: 'Be kind.' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Yes?' }] },
        { role: 'user', content: 'Hi' },
      ],
    ],
  ])('answers %s', async (_, input) => {
    expect(textOf(await whole(simulator(), 'Responds', { input }))).toBe('Hi');
  });

  test('does not hear instructions', async () => {
    const reply = await whole(simulator(), 'Responds', { instructions: 'Say nothing but yes.' });
    expect(reply).toMatchObject({ instructions: null });
    expect(textOf(reply)).toBe('Hello  there, world');
  });

  test.each([
    ['Responds', 'json_schema', { name: 'name', age: 1 }],
    ['Responds', 'json_object', { answer: 'Hello  there, world' }],
    ['GPT-5-mini', 'json_schema', { name: 'name', age: 1 }],
    ['Claude-Opus-4.5', 'json_schema', { name: 'name', age: 1 }],
  ])('of %s obeys %s', async (model, type, value) => {
    const asked = type === 'json_schema' ? format : { type };
    const reply = await whole(simulator(), model, { text: { format: asked } });
    expect(JSON.parse(String(textOf(reply)))).toEqual(value);
    expect(reply).toMatchObject({ text: { format: asked, verbosity: 'medium' } });
  });

  test('of Responds-Wrongly does not obey', async () => {
    expect(textOf(await whole(simulator(), 'Responds-Wrongly', { text: { format } }))).toBe(
      'No JSON today.',
    );
  });

  test('calls functions, and tells their output', async () => {
    const reply = await whole(simulator(), 'Responds', { tools: [tool] });
    expect(reply).toMatchObject({
      output: [
        {
          type: 'function_call',
          id: expect.stringMatching(/^fc_/),
          call_id: expect.stringMatching(/^call_/),
          name: 'weather',
          arguments: '{"name":"name","age":1}',
          status: 'completed',
        },
      ],
      tools: [{ name: 'weather', strict: true, parameters: schema }],
    });
    expect(reply['tools']?.[0]?.['parameters']).not.toHaveProperty('$schema');
    const call = reply['output']?.[0];
    const input = [
      { role: 'user', content: 'Rain?' },
      call,
      { type: 'function_call_output', call_id: call?.['call_id'], output: 'dry' },
    ];
    expect(textOf(await whole(simulator(), 'Responds', { input, tools: [tool] }))).toBe(
      'The tool answered: dry',
    );
  });

  test.each([
    ['without a summary', {}, []],
    [
      'with one when it is asked for',
      { effort: 'high', summary: 'auto' },
      [{ type: 'summary_text' }],
    ],
  ])('of a thinker has its thought %s', async (_, reasoning, summary) => {
    const reply = await whole(simulator(), 'Responds-Thinking', { reasoning });
    expect(reply['output']?.[0]).toMatchObject({ type: 'reasoning', summary });
    expect(reply['usage']?.['output_tokens_details']).toEqual({ reasoning_tokens: 11 });
  });

  test.each([
    ['Responds-Length', { max_output_tokens: 2 }, 'max_output_tokens'],
    ['Responds-Filtered', {}, 'content_filter'],
  ])('of %s is incomplete', async (model, extra, reason) => {
    const reply = await whole(simulator(), model, extra);
    expect(reply).toMatchObject({ status: 'incomplete', incomplete_details: { reason } });
    const events = await streamed(simulator(), model, extra);
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete' });
  });

  test('of Google has a text part without text beside a call', async () => {
    for (const model of ['Responds-As-Google', 'Gemini-2.5-Flash']) {
      const reply = await whole(simulator(), model, { tools: [tool] });
      expect(reply).toMatchObject({
        object: 'chat.completion',
        output: [{ type: 'message' }, { type: 'function_call' }],
      });
      expect(reply['output']?.[0]?.['content']?.[0]).not.toHaveProperty('text');
    }
  });
});

describe('a stream', () => {
  test('of text goes from created to completed', async () => {
    const events = await streamed(simulator(), 'Responds', { input: 'one two' });
    expect(events.map((event) => event['type'])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, at) => at));
    expect(events[0]).toMatchObject({ response: { status: 'in_progress', output: [] } });
    const end = events.at(-1)?.['response'];
    expect(end).toMatchObject({ status: 'completed', usage: { input_tokens: 2 } });
    expect(textOf(end as Json)).toBe('one two');
    const ids = new Set(events.flatMap((event) => event['response']?.['id'] ?? []));
    expect(ids.size).toBe(1);
  });

  test('of a call grows its arguments', async () => {
    const events = await streamed(simulator(), 'Responds', { tools: [tool] });
    const deltas = events
      .filter((event) => String(event['type']) === 'response.function_call_arguments.delta')
      .map((event) => event['delta']);
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.join('')).toBe('{"name":"name","age":1}');
    expect(events[2]).toMatchObject({ item: { name: 'weather', arguments: '' } });
  });

  test('of a thought and of a refusal has events of its own', async () => {
    const thinking = await streamed(simulator(), 'Responds-Thinking', {
      reasoning: { summary: 'auto' },
    });
    const types = thinking.map((event) => String(event['type']));
    expect(types).toContain('response.reasoning_summary_text.delta');
    expect(types.indexOf('response.reasoning_summary_text.done')).toBeLessThan(
      types.indexOf('response.output_text.delta'),
    );
    const silent = await streamed(simulator(), 'Responds-Thinking');
    expect(JSON.stringify(silent)).not.toContain('summary_text');
    const refusing = await streamed(simulator(), 'Responds-Refusing');
    expect(refusing.map((event) => event['type'])).toContain('response.refusal.delta');
  });

  test.each([
    ['Responds-Fails-Midway', 'response.failed'],
    ['Responds-Error-Event', 'error'],
    ['Responds-Ends-Quietly', 'response.output_text.delta'],
    ['Responds-No-End', 'response.output_item.done'],
  ])('of %s ends with %s', async (model, type) => {
    const events = await streamed(simulator(), model);
    expect(events.length).toBeGreaterThan(4);
    expect(events.at(-1)?.['type']).toBe(type);
  });

  test('of Responds-Broken-Midway breaks off', async () => {
    const response = await post(simulator(), 'Responds-Broken-Midway', { stream: true });
    await expect(response.text()).rejects.toThrow('terminated');
  });
});
