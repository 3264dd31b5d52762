/** The request to the responses endpoint, field by field. */
import { describe, expect, it } from 'vitest';
import type { ContentPart, GenerationRequest, Message } from '../../../../src/core/request.ts';
import { poeResponses } from '../../../../src/upstreams/poe-responses/index.ts';
import { plainRequest } from '../../record.ts';

const OPTIONS = { baseUrl: 'https://api.poe.com', key: 'the-key', stream: true };
const PNG = 'data:image/png;base64,AAAA';
const PDF = 'data:application/pdf;base64,AAAA';
const HELLO = { role: 'user', content: [{ type: 'input_text', text: 'Hello' }] };
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } } };

function build(changes: Partial<GenerationRequest>, stream = true) {
  const call = poeResponses.build(plainRequest(changes), { ...OPTIONS, stream });
  return { ...call, json: JSON.parse(String(call.body)) as Readonly<Record<string, unknown>> };
}

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (...content: readonly ContentPart[]): Message => ({ role: 'user', content });
const said = (content: readonly ContentPart[], ...ids: readonly string[]): Message => ({
  role: 'assistant',
  content,
  toolCalls: ids.map((id) => ({ id, name: `do_${id}`, arguments: `{"id":"${id}"}` })),
});
const result = (toolCallId: string, ...content: readonly ContentPart[]): Message => ({
  role: 'tool',
  toolCallId,
  content,
});

const NAMED = {
  role: 'system',
  content: [{ type: 'input_text', text: 'Answer with a JSON object.' }],
};

describe('build', () => {
  it('sends what was asked for, and nothing else', () => {
    const { json, ...call } = build({});
    expect(call).toMatchObject({
      method: 'POST',
      url: 'https://api.poe.com/v1/responses',
      headers: {
        authorization: 'Bearer the-key',
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
    });
    expect(json).toEqual({ model: 'gpt-5', input: [HELLO], stream: true, store: false });
    expect(build({}, false)).toMatchObject({
      headers: { accept: 'application/json' },
      json: { stream: false },
    });
  });

  it.each<{ name: string; messages: readonly Message[]; input: readonly unknown[] }>([
    {
      name: 'system messages where they stand, and names nowhere',
      messages: [
        { role: 'system', content: [text('Be brief.')], name: 'boss' },
        user(text('One'), text('Two')),
        { role: 'system', content: [text('Be briefer.')] },
      ],
      input: [
        { role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'One' },
            { type: 'input_text', text: 'Two' },
          ],
        },
        { role: 'system', content: [{ type: 'input_text', text: 'Be briefer.' }] },
      ],
    },
    {
      name: 'pictures and files, linked or not',
      messages: [
        user(
          { type: 'image', url: PNG, detail: 'low' },
          { type: 'image', url: 'https://a.example/b.png' },
          { type: 'file', url: PDF, filename: 'a.pdf' },
          { type: 'file', url: 'https://a.example/c.pdf', filename: 'c.pdf' },
        ),
      ],
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: PNG, detail: 'low' },
            { type: 'input_image', image_url: 'https://a.example/b.png' },
            { type: 'input_file', filename: 'a.pdf', file_data: PDF },
            { type: 'input_file', file_url: 'https://a.example/c.pdf' },
          ],
        },
      ],
    },
    {
      name: 'words, calls and results in their order',
      messages: [
        user(text('Hello')),
        said([text('Let me look.'), text('')], 'a', 'b'),
        result('a', text('1'), text('2')),
        result('b'),
        said([text('Done.')]),
      ],
      input: [
        HELLO,
        { role: 'assistant', content: [{ type: 'output_text', text: 'Let me look.' }] },
        { type: 'function_call', call_id: 'a', name: 'do_a', arguments: '{"id":"a"}' },
        { type: 'function_call', call_id: 'b', name: 'do_b', arguments: '{"id":"b"}' },
        { type: 'function_call_output', call_id: 'a', output: '12' },
        { type: 'function_call_output', call_id: 'b', output: '' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] },
      ],
    },
    {
      name: 'a result with a picture as parts',
      messages: [
        user(text('Hello')),
        said([], 'a'),
        result('a', text('See'), { type: 'image', url: PNG }),
      ],
      input: [
        HELLO,
        { type: 'function_call', call_id: 'a', name: 'do_a', arguments: '{"id":"a"}' },
        {
          type: 'function_call_output',
          call_id: 'a',
          output: [
            { type: 'input_text', text: 'See' },
            { type: 'input_image', image_url: PNG },
          ],
        },
      ],
    },
    {
      name: "the model's own picture as the user's",
      messages: [user(text('Hello')), said([text('Here:'), { type: 'image', url: PNG }])],
      input: [
        HELLO,
        { role: 'assistant', content: [{ type: 'output_text', text: 'Here:' }] },
        { role: 'user', content: [{ type: 'input_image', image_url: PNG }] },
      ],
    },
    {
      name: 'an empty message of the user, and none of the model',
      messages: [said([]), user()],
      input: [{ role: 'user', content: '' }],
    },
  ])('sends $name', ({ messages, input }) => {
    expect(build({ messages }).json['input']).toEqual(input);
  });

  it('sends the settings under their names here', () => {
    const { json } = build({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      reasoningEffort: 'low',
      stop: ['END'],
    });
    expect(json).toEqual({
      model: 'gpt-5',
      input: [HELLO],
      stream: true,
      store: false,
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      reasoning: { effort: 'low' },
    });
  });

  it("puts the bot's own parameters at the top, but those that have a place of their own", () => {
    const { json } = build({
      parameters: { web_search: true, model: 'x', reasoning_effort: 'high', verbosity: 'low' },
      outputFormat: { type: 'json-schema', name: 'a', schema: SCHEMA },
    });
    expect(json).toMatchObject({
      web_search: true,
      model: 'gpt-5',
      reasoning: { effort: 'high' },
      text: { verbosity: 'low', format: { type: 'json_schema' } },
    });
    expect(json).not.toHaveProperty('reasoning_effort');
    expect(json).not.toHaveProperty('verbosity');
    expect(build({ parameters: { verbosity: 'low' } }).json['text']).toEqual({ verbosity: 'low' });
  });

  it('offers tools whose schemas stay as they are', () => {
    const tools = [{ name: 'f', description: 'Does it.', parameters: SCHEMA }, { name: 'g' }];
    const { json } = build({ tools, toolChoice: { name: 'f' }, parallelToolCalls: false });
    expect(json).toMatchObject({
      tools: [
        { type: 'function', name: 'f', description: 'Does it.', parameters: SCHEMA, strict: false },
        { type: 'function', name: 'g', parameters: { type: 'object', properties: {} } },
      ],
      tool_choice: { type: 'function', name: 'f' },
      parallel_tool_calls: false,
    });
    expect(build({ tools, toolChoice: 'required' }).json['tool_choice']).toBe('required');
  });

  it('says nothing of tools without any', () => {
    const { json } = build({ toolChoice: 'none', parallelToolCalls: true });
    expect(Object.keys(json)).toEqual(['model', 'input', 'stream', 'store']);
  });
});

describe('text.format', () => {
  const format = (outputFormat: GenerationRequest['outputFormat']) =>
    build({ outputFormat }).json['text'];

  it.each([true, false, undefined])('is the schema as it is, with strict %s', (strict) => {
    const given = { type: 'json-schema', name: 'a-b_1', schema: SCHEMA, strict } as const;
    expect(format({ ...given, description: 'Which.' })).toEqual({
      format: {
        type: 'json_schema',
        name: 'a-b_1',
        description: 'Which.',
        schema: SCHEMA,
        ...(strict === undefined ? {} : { strict }),
      },
    });
  });

  it.each([
    { name: 'My answer: größe', valid: 'My_answer_gr_e' },
    { name: 'x'.repeat(100), valid: 'x'.repeat(64) },
    { name: '', valid: 'response' },
  ])('is called $valid', ({ name, valid }) => {
    expect(format({ type: 'json-schema', name, schema: SCHEMA })).toMatchObject({
      format: { name: valid },
    });
  });

  it.each<NonNullable<GenerationRequest['outputFormat']>>([
    { type: 'json-object' },
    { type: 'json-schema', name: 'a' },
    { type: 'json-schema', name: 'a', schema: true },
  ])('is any object for %j, and the word JSON is in the input', (outputFormat) => {
    const { json } = build({ outputFormat });
    expect(json['text']).toEqual({ format: { type: 'json_object' } });
    expect(json['input']).toEqual([NAMED, HELLO]);
  });

  it.each([
    { where: 'the user has it', messages: [user(text('Hello, as json'))], added: false },
    {
      where: 'the system has it',
      messages: [{ role: 'system', content: [text('JSON only')] } as const, user(text('Hello'))],
      added: false,
    },
    { where: 'only the model has it', messages: [said([text('JSON?')]), user()], added: true },
  ])('names JSON only where it is missing: $where', ({ messages, added }) => {
    const { json } = build({ messages, outputFormat: { type: 'json-object' } });
    const words = JSON.stringify(json['input']);
    expect(words.includes('Answer with a JSON object.')).toBe(added);
  });

  it('adds no word to a schema', () => {
    const { json } = build({ outputFormat: { type: 'json-schema', name: 'a', schema: SCHEMA } });
    expect(json['input']).toEqual([HELLO]);
  });
});
