/** Input items → neutral messages. */
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { thrownBy } from '../../record.ts';
import { ask, CLOCK, read } from './_room.ts';

const text = (words: string): object => ({ type: 'text', text: words });
const user = (content: JsonValue): JsonObject => ({ role: 'user', content });
const call = (id: string, name = 'clock', more: JsonObject = {}): JsonObject => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: '{}',
  ...more,
});
const output = (id: string, result: JsonValue): JsonObject => ({
  type: 'function_call_output',
  call_id: id,
  output: result,
});
const thought = (words: string): JsonObject => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: words }],
  encrypted_content: 'opaque',
});
const said = (words: string): JsonObject => ({
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: words, annotations: [] }],
});
const calling = (...ids: string[]): object => ({
  toolCalls: ids.map((id) => ({ id, name: 'clock', arguments: '{}' })),
});
const assistant = (words: string, more: object = {}): object => ({
  role: 'assistant',
  content: words === '' ? [] : [text(words)],
  toolCalls: [],
  reasoning: undefined,
  ...more,
});
const tool = (id: string, ...content: object[]): object => ({
  role: 'tool',
  toolCallId: id,
  content,
});
const HI = { role: 'user', content: [text('Hi')] };

describe('the conversation', () => {
  it.each<{ what: string; input: JsonValue; fields?: JsonObject; messages: readonly object[] }>([
    { what: 'a string is the user’s message', input: 'Hi', messages: [HI] },
    {
      what: 'instructions come first, as a system message',
      input: [{ role: 'system', content: 'Be kind.' }, user('Hi')],
      fields: { instructions: 'Be short.' },
      messages: [
        { role: 'system', content: [text('Be short.')] },
        { role: 'system', content: [text('Be kind.')] },
        HI,
      ],
    },
    {
      what: 'developer is system, and items need no type',
      input: [
        { role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
        {
          type: 'message',
          role: 'user',
          id: 'msg_1',
          content: [{ type: 'input_text', text: 'Hi' }],
        },
      ],
      messages: [{ role: 'system', content: [text('Be kind.')] }, HI],
    },
    {
      what: 'an answer that comes back is the assistant’s, refusals too',
      input: [
        user('Hi'),
        said('Hello'),
        { role: 'assistant', content: 'And more' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        user('Hi'),
      ],
      messages: [HI, assistant('Hello'), assistant('And more'), assistant('No.'), HI],
    },
    {
      what: 'calls in a row are one message, and so are the words before them',
      input: [
        user('Hi'),
        said('Let me see.'),
        call('a'),
        call('b'),
        output('a', '1'),
        output('b', '2'),
      ],
      messages: [
        HI,
        assistant('Let me see.', calling('a', 'b')),
        tool('a', text('1')),
        tool('b', text('2')),
      ],
    },
    {
      what: 'words between calls stay with them: vendors want results right after',
      input: [
        user('Hi'),
        call('a'),
        said('And now'),
        call('b'),
        output('a', '1'),
        output('b', '2'),
      ],
      messages: [
        HI,
        assistant('And now', calling('a', 'b')),
        tool('a', text('1')),
        tool('b', text('2')),
      ],
    },
    {
      what: 'calls after results are another message',
      input: [user('Hi'), call('a'), output('a', '1'), call('b'), output('b', '2')],
      messages: [
        HI,
        assistant('', calling('a')),
        tool('a', text('1')),
        assistant('', calling('b')),
        tool('b', text('2')),
      ],
    },
    {
      what: 'a thought goes to what was said after it',
      input: [
        user('Hi'),
        thought('Hm.'),
        said('Hello'),
        thought('Well.'),
        call('a'),
        output('a', ''),
      ],
      messages: [HI, assistant('Hello', { reasoning: 'Hm.\n\nWell.', ...calling('a') }), tool('a')],
    },
    {
      what: 'a thought between two calls of one turn does not part them',
      input: [user('Hi'), thought('Hm.'), call('a'), thought('Well.'), call('b'), output('a', '')],
      messages: [HI, assistant('', { reasoning: 'Hm.\n\nWell.', ...calling('a', 'b') }), tool('a')],
    },
    {
      what: 'a thought that nothing follows is nobody’s',
      input: [user('Hi'), thought('Hm.'), user('Hi'), said('Hello'), user('Hi')],
      messages: [HI, HI, assistant('Hello'), HI],
    },
    {
      what: 'a thought has its words in its content, where it has no summary',
      input: [
        user('Hi'),
        { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] },
        said('Hello'),
        user('Hi'),
      ],
      messages: [HI, assistant('Hello', { reasoning: 'Hm.' }), HI],
    },
    {
      what: 'a result without its call is passed',
      input: [user('Hi'), output('lost', 'one')],
      messages: [HI, tool('lost', text('one'))],
    },
    {
      what: 'a result may be parts, an object, or nothing',
      input: [
        user('Hi'),
        output('a', [
          { type: 'input_text', text: 'See:' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'high' },
        ]),
        output('b', { ok: true }),
        output('c', null),
      ],
      messages: [
        HI,
        tool('a', text('See:'), {
          type: 'image',
          url: 'data:image/png;base64,AA==',
          detail: 'high',
        }),
        tool('b', text('{"ok":true}')),
        tool('c'),
      ],
    },
    {
      what: 'arguments may be an object, or missing',
      input: [
        user('Hi'),
        call('a', 'f', { arguments: { x: 1 } }),
        call('b', 'g', { arguments: undefined }),
      ],
      messages: [
        HI,
        assistant('', {
          toolCalls: [
            { id: 'a', name: 'f', arguments: '{"x":1}' },
            { id: 'b', name: 'g', arguments: '{}' },
          ],
        }),
      ],
    },
    {
      what: 'the text of a custom call becomes its one argument',
      input: [
        user('Hi'),
        { type: 'custom_tool_call', call_id: 'a', name: 'apply_patch', input: '*** "Begin"\n' },
        { type: 'custom_tool_call_output', call_id: 'a', output: 'Done' },
      ],
      messages: [
        HI,
        assistant('', {
          toolCalls: [
            { id: 'a', name: 'apply_patch', arguments: '{"input":"*** \\"Begin\\"\\n"}' },
          ],
        }),
        tool('a', text('Done')),
      ],
    },
    {
      what: 'empty texts are left out',
      input: [
        user([{ type: 'input_text', text: '' }, { type: 'input_text', text: 'Hi' }, '']),
        user(''),
      ],
      messages: [HI, { role: 'user', content: [] }],
    },
  ])('$what', ({ input, fields, messages }) => {
    const { messages: parsed, ignored } = ask(input, fields);
    expect(parsed).toEqual(messages);
    expect(ignored).toEqual([]);
  });
});

describe('a part', () => {
  it.each<{ part: JsonObject; parsed: object }>([
    { part: { type: 'input_text', text: 'a' }, parsed: text('a') },
    { part: { type: 'output_text', text: 'a' }, parsed: text('a') },
    { part: { type: 'text', text: 'a' }, parsed: text('a') },
    { part: { type: 'words_of_tomorrow', text: 'a' }, parsed: text('a') },
    {
      part: { type: 'input_image', image_url: 'https://a.test/b.png' },
      parsed: { type: 'image', url: 'https://a.test/b.png', detail: undefined },
    },
    {
      part: {
        type: 'input_image',
        image_url: { url: 'data:image/gif;base64,AA==' },
        detail: 'low',
      },
      parsed: { type: 'image', url: 'data:image/gif;base64,AA==', detail: 'low' },
    },
    {
      part: { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,QQ==' },
      parsed: { type: 'file', url: 'data:text/plain;base64,QQ==', filename: 'a.txt' },
    },
    {
      part: { type: 'input_file', file_data: 'QQ==' },
      parsed: { type: 'file', url: 'data:application/pdf;base64,QQ==', filename: 'file.pdf' },
    },
    {
      part: { type: 'input_file', file_url: 'https://a.test/b.pdf' },
      parsed: { type: 'file', url: 'https://a.test/b.pdf', filename: '' },
    },
    {
      part: { type: 'input_audio', input_audio: { data: 'QQ==', format: 'mp3' } },
      parsed: { type: 'file', url: 'data:audio/mpeg;base64,QQ==', filename: 'audio.mp3' },
    },
    {
      part: { type: 'input_audio', input_audio: { data: 'QQ==', format: 'WAV' } },
      parsed: { type: 'file', url: 'data:audio/wav;base64,QQ==', filename: 'audio.wav' },
    },
  ])('$part.type is $parsed.type', ({ part, parsed }) => {
    const [message] = ask([{ role: 'user', content: [part] }]).messages;
    expect(message?.content).toEqual([parsed]);
  });
});

describe('an item that Poe has no place for', () => {
  it.each<{ item: JsonObject; kept?: object }>([
    { item: { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { query: 'x' } } },
    { item: { type: 'tool_search_call', call_id: 'a', arguments: { query: 'x' } } },
    { item: { type: 'local_shell_call', call_id: 'a', action: { command: ['ls'] } } },
    {
      item: { type: 'local_shell_call_output', id: 'a', output: 'a.txt' },
      kept: { role: 'user', content: [text('a.txt')] },
    },
    { item: { type: 'compaction', encrypted_content: 'opaque' } },
    { item: { type: 'configuration_update', reasoning: { effort: 'low' } } },
    {
      item: { type: 'agent_message', content: [{ type: 'text', text: 'One.' }, { text: 'Two.' }] },
      kept: assistant('One.\n\nTwo.'),
    },
    { item: { type: 'constructor' } },
  ])('$item.type is dropped and named, its words kept', ({ item, kept }) => {
    const { messages, ignored } = ask([user('Hi'), item, user('Hi')]);
    expect(ignored).toEqual([`input[].${String(item['type'])}`]);
    expect(messages).toEqual(kept ? [HI, kept, HI] : [HI, HI]);
  });
});

describe('a bad request', () => {
  const MISSING = 'missing_field';
  const part = (fields: JsonValue): JsonValue => [user(['Hi', fields])];
  const PART = 'input[0].content[1]';

  it.each<{ param: string | undefined; code?: string; body: JsonValue }>([
    { param: undefined, body: null },
    { param: undefined, body: [] },
    { param: 'input', code: MISSING, body: {} },
    { param: 'input', code: MISSING, body: { input: [] } },
    { param: 'input', code: MISSING, body: { input: null, instructions: 'Be kind.' } },
    { param: 'input', code: MISSING, body: { input: [{ type: 'web_search_call' }] } },
    { param: 'input', body: { input: { role: 'user' } } },
    { param: 'input[0]', body: { input: ['Hi'] } },
    { param: 'input[0].role', code: MISSING, body: { input: [{ content: 'Hi' }] } },
    { param: 'input[0].role', body: { input: [{ role: 'tool', content: 'Hi' }] } },
    { param: 'input[0].type', body: { input: [{ type: 5, role: 'user' }] } },
    { param: 'input[0].content', body: { input: [user(5)] } },
    { param: PART, body: { input: part(5) } },
    { param: `${PART}.type`, code: MISSING, body: { input: part({}) } },
    { param: `${PART}.type`, body: { input: part({ type: 'hologram' }) } },
    { param: `${PART}.text`, code: MISSING, body: { input: part({ type: 'input_text' }) } },
    { param: `${PART}.file_id`, body: { input: part({ type: 'input_image', file_id: 'file-1' }) } },
    { param: `${PART}.file_id`, body: { input: part({ type: 'input_file', file_id: 'file-1' }) } },
    { param: `${PART}.image_url`, code: MISSING, body: { input: part({ type: 'input_image' }) } },
    {
      param: `${PART}.image_url`,
      body: { input: part({ type: 'input_image', image_url: 'http://a.test/b.png' }) },
    },
    {
      param: `${PART}.image_url.url`,
      body: { input: part({ type: 'input_image', image_url: { url: 'file:///b.png' } }) },
    },
    { param: `${PART}.file_data`, code: MISSING, body: { input: part({ type: 'input_file' }) } },
    {
      param: `${PART}.file_url`,
      body: { input: part({ type: 'input_file', file_url: 'ftp://a.test/b' }) },
    },
    {
      param: `${PART}.input_audio`,
      code: MISSING,
      body: { input: part({ type: 'input_audio' }) },
    },
    {
      param: `${PART}.input_audio.format`,
      body: { input: part({ type: 'input_audio', input_audio: { data: '', format: '../x' } }) },
    },
    {
      param: 'input[0].call_id',
      code: MISSING,
      body: { input: [{ type: 'function_call', name: 'f' }] },
    },
    {
      param: 'input[0].name',
      code: MISSING,
      body: { input: [{ type: 'function_call', call_id: 'a' }] },
    },
    {
      param: 'input[0].arguments',
      body: { input: [{ type: 'function_call', call_id: 'a', name: 'f', arguments: 5 }] },
    },
    {
      param: 'input[0].call_id',
      code: MISSING,
      body: { input: [{ type: 'function_call_output', output: '' }] },
    },
    {
      param: 'input[0].output',
      body: { input: [{ type: 'function_call_output', call_id: 'a', output: 5 }] },
    },
    { param: 'instructions', body: { input: 'Hi', instructions: ['Be kind.'] } },
    { param: 'model', body: { input: 'Hi', model: 5 } },
    { param: 'stream', body: { input: 'Hi', stream: 'yes' } },
    { param: 'store', body: { input: 'Hi', store: 'yes' } },
    { param: 'temperature', body: { input: 'Hi', temperature: 3 } },
    { param: 'top_p', body: { input: 'Hi', top_p: 2 } },
    { param: 'max_output_tokens', body: { input: 'Hi', max_output_tokens: 0 } },
    { param: 'reasoning', body: { input: 'Hi', reasoning: 'high' } },
    { param: 'reasoning.effort', body: { input: 'Hi', reasoning: { effort: 3 } } },
    { param: 'text', body: { input: 'Hi', text: 'plain' } },
    { param: 'text.verbosity', body: { input: 'Hi', text: { verbosity: 1 } } },
    { param: 'text.format', body: { input: 'Hi', text: { format: 'json' } } },
    { param: 'text.format.type', body: { input: 'Hi', text: { format: { type: 'xml' } } } },
    { param: 'parallel_tool_calls', body: { input: 'Hi', tools: [CLOCK], parallel_tool_calls: 1 } },
    { param: 'tools', body: { input: 'Hi', tools: CLOCK } },
    { param: 'tools[0]', body: { input: 'Hi', tools: ['clock'] } },
    { param: 'tools[0].type', code: MISSING, body: { input: 'Hi', tools: [{ name: 'clock' }] } },
    { param: 'tools[0].name', code: MISSING, body: { input: 'Hi', tools: [{ type: 'custom' }] } },
    {
      param: 'tools[0].parameters',
      body: { input: 'Hi', tools: [{ ...CLOCK, parameters: 'none' }] },
    },
    {
      param: 'tools[0].tools[0].name',
      code: MISSING,
      body: {
        input: 'Hi',
        tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'function' }] }],
      },
    },
    { param: 'tool_choice', body: { input: 'Hi', tools: [CLOCK], tool_choice: 'any' } },
    {
      param: 'tool_choice',
      body: { input: 'Hi', tools: [CLOCK], tool_choice: { type: 'function', name: 'other' } },
    },
    { param: 'background', body: { input: 'Hi', background: true } },
    { param: 'conversation', body: { input: 'Hi', conversation: 'conv_1' } },
    { param: 'prompt', body: { input: 'Hi', prompt: { id: 'pmpt_1' } } },
  ])('is a 400 that names $param ($body)', ({ param, code = 'invalid_value', body }) => {
    const error = thrownBy(() => read(body));
    expect(error).toMatchObject({ kind: 'invalid-request', status: 400, param, code });
  });
});

it('reads a turn of very many messages in time that grows with them alone', () => {
  const input = [call('a'), ...Array.from({ length: 100_000 }, () => said('word'))];
  const started = performance.now();
  const [turn] = ask(input).messages;
  expect(turn?.content).toHaveLength(100_000);
  expect(performance.now() - started).toBeLessThan(3000);
});
