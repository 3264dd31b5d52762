/** `POST /v1/responses`: custom calls, namespaces, searches, sealed thoughts. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile, type Json } from './client.ts';
import { outputOf, streamed, textOf, tool, typesOf, whole } from './responses.ts';

const simulator = simulatorForFile();

const CUSTOM = { type: 'custom', name: 'apply_patch' };

describe('a custom call', () => {
  test('has a text instead of arguments', async () => {
    const reply = await whole(simulator(), 'Responds-As-OpenAI', { tools: [CUSTOM] });
    expect(reply['output']).toEqual([
      {
        id: expect.stringMatching(/^ctc_/),
        type: 'custom_tool_call',
        status: 'completed',
        call_id: expect.stringMatching(/^call_/),
        name: 'apply_patch',
        input: 'text',
      },
    ]);
    expect(reply['tools']).toEqual([{ ...CUSTOM, format: { type: 'text' } }]);
  });

  test('streams events of its own', async () => {
    const input = 'call apply_patch {"input":"*** Begin Patch\\n*** End Patch"}';
    const request = { tools: [CUSTOM], input };
    const events = await streamed(simulator(), 'Agent-Responds', request);
    const deltas = events.filter((event) => String(event['type']).endsWith('input.delta'));
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.map((event) => event['delta']).join('')).toBe('*** Begin Patch\n*** End Patch');
    expect(typesOf(events).filter((type) => !type.endsWith('delta'))).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.custom_tool_call_input.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events[2]).toMatchObject({ item: { type: 'custom_tool_call', input: '' } });
  });

  test('can be answered with a text or with parts', async () => {
    const call = { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: 'x' };
    const image = { type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'high' };
    for (const output of ['done', [{ type: 'input_text', text: 'done' }, image]]) {
      const result = { type: 'custom_tool_call_output', call_id: 'call_1', output };
      const request = {
        input: ['hi', call, result].map((item) =>
          item === 'hi' ? { role: 'user', content: item } : item,
        ),
      };
      const reply = await whole(simulator(), 'Responds-As-OpenAI', request);
      expect(textOf(reply)).toBe('The tool answered: done');
    }
  });
});

test('a call into a namespace names it', async () => {
  const tools = [{ type: 'namespace', name: 'sky', description: '', tools: [tool] }];
  const reply = await whole(simulator(), 'Responds-As-OpenAI', { tools });
  expect(reply['output']?.[0]).toMatchObject({ name: 'weather', namespace: 'sky' });
  expect(reply['tools']?.[0]?.['tools']?.[0]).toMatchObject({ strict: true });
});

describe('Responds-Searching', () => {
  const tools = [{ type: 'web_search', external_web_access: true }];
  const source = { url: 'https://example.com/weather', title: 'The weather' };

  test('looks things up, and says where', async () => {
    const include = ['web_search_call.action.sources'];
    const request = { tools, include, input: 'Rain?' };
    const reply = await whole(simulator(), 'Responds-Searching', request);
    const text = String(textOf(reply));
    const found = reply['output']?.[1]?.['content']?.[0]?.['annotations']?.[0];
    expect(reply['output']?.[0]).toMatchObject({
      id: expect.stringMatching(/^ws_/),
      type: 'web_search_call',
      status: 'completed',
      action: { type: 'search', query: 'Rain?', sources: [{ type: 'url', url: source.url }] },
    });
    expect(found).toMatchObject({ type: 'url_citation', ...source });
    const linked = text.slice(Number(found?.['start_index']), Number(found?.['end_index']));
    expect(linked).toBe(`[example.com](${source.url})`);
    expect(reply['tools']).toMatchObject([{ ...tools[0], search_context_size: 'medium' }]);
  });

  test('streams its search before its text', async () => {
    const events = await streamed(simulator(), 'Responds-Searching', { tools });
    expect(typesOf(events).slice(2, 7)).toEqual([
      'response.output_item.added',
      'response.web_search_call.in_progress',
      'response.web_search_call.searching',
      'response.web_search_call.completed',
      'response.output_item.done',
    ]);
    const note = events.find((event) => String(event['type']).endsWith('annotation.added'));
    expect(note).toMatchObject({ output_index: 1, annotation_index: 0, annotation: source });
    expect(JSON.stringify(events)).not.toContain('sources');
  });

  test('calls functions where it may not search', async () => {
    const reply = await whole(simulator(), 'Responds-Searching', { tools: [tool] });
    expect(reply['output']?.[0]).toMatchObject({ type: 'function_call' });
  });
});

describe('a thought', () => {
  const include = ['reasoning.encrypted_content'];

  test('is sealed when that is asked for, and taken back', async () => {
    for (const stream of [true, false]) {
      const request = { include, input: [{ role: 'user', content: 'call look {}' }] };
      const tools = [{ ...tool, name: 'look' }];
      const output = stream
        ? outputOf(await streamed(simulator(), 'Agent-Thinks', { ...request, tools }))
        : ((await whole(simulator(), 'Agent-Thinks', { ...request, tools }))[
            'output'
          ] as unknown as Json[]);
      const [thought, call] = output;
      expect(thought).toMatchObject({ encrypted_content: expect.stringMatching(/^gAAAAA/) });
      const result = { type: 'function_call_output', call_id: call?.['call_id'], output: 'ok' };
      const input = [...request.input, thought, call, result];
      expect(textOf(await whole(simulator(), 'Agent-Thinks', { input, tools }))).toBe('Done: ok');
    }
  });

  test('is neither sealed nor told when nothing is asked for', async () => {
    const reply = await whole(simulator(), 'Agent-Thinks');
    expect(reply['output']?.[0]).toEqual({
      id: expect.stringMatching(/^rs_/),
      type: 'reasoning',
      summary: [],
    });
    const events = await streamed(simulator(), 'Agent-Thinks');
    expect(JSON.stringify(events)).not.toMatch(/summary_part|encrypted/);
  });

  test.each(['auto', 'concise', 'detailed'])(
    'is told in parts with summary %s',
    async (summary) => {
      const events = await streamed(simulator(), 'Agent-Thinks', { reasoning: { summary } });
      const parts = ['**Reading the task**\n\nThere are', '**Planning**\n\nNothing'];
      for (const [index, words] of parts.entries()) {
        const own = events.filter((event) => Number(event['summary_index']) === index);
        const deltas = own.filter((event) => String(event['type']).endsWith('text.delta'));
        const types = typesOf(own).filter((type) => !type.endsWith('text.delta'));
        expect(types).toEqual([
          'response.reasoning_summary_part.added',
          'response.reasoning_summary_text.done',
          'response.reasoning_summary_part.done',
        ]);
        const done = own.find((event) => String(event['type']).endsWith('text.done'));
        expect(deltas.map((event) => event['delta']).join('')).toBe(done?.['text']);
        expect(done?.['text']).toContain(words);
      }
    },
  );
});
