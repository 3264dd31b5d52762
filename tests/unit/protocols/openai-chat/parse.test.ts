/** Bad requests → a 400 that names the field by its path; odd but clear ones are understood. */
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/lib/json.ts';
import { parse } from '../../../../src/protocols/openai-chat/parse.ts';
import { thrownBy } from '../../record.ts';

const MESSAGES = [{ role: 'user', content: 'Hello' }];

interface BadCase {
  readonly param: string | undefined;
  readonly code?: string;
  readonly body: JsonValue;
}

/** A body that is wrong in its messages only. */
const message = (fields: JsonValue): JsonValue => ({ messages: [MESSAGES[0] ?? null, fields] });
/** A body that is wrong in one content part only. */
const part = (fields: JsonValue): JsonValue => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, fields] }],
});
const body = (fields: Readonly<Record<string, JsonValue>>): JsonValue => ({
  messages: MESSAGES,
  ...fields,
});
const MISSING = 'missing_field';
const PART = 'messages[0].content[1]';
const TOOL = { type: 'function', function: { name: 'clock' } };

const BAD: readonly BadCase[] = [
  { param: undefined, body: null },
  { param: undefined, body: [] },
  { param: undefined, body: 'Hello' },
  { param: 'messages', code: MISSING, body: {} },
  { param: 'messages', code: MISSING, body: { messages: [] } },
  { param: 'messages', code: MISSING, body: { messages: null } },
  { param: 'messages', body: { messages: 'Hello' } },
  { param: 'messages[0]', body: { messages: ['Hello'] } },
  { param: 'messages[1]', code: MISSING, body: message(null) },
  { param: 'messages[1].role', code: MISSING, body: message({ content: 'Hi' }) },
  { param: 'messages[1].role', body: message({ role: 'robot', content: 'Hi' }) },
  { param: 'messages[1].role', body: message({ role: 5, content: 'Hi' }) },
  { param: 'messages[1].content', body: message({ role: 'user', content: 5 }) },
  { param: 'messages[1].content', body: message({ role: 'user', content: { text: 'Hi' } }) },
  { param: 'messages[1].name', body: message({ role: 'user', content: 'Hi', name: 5 }) },
  {
    param: 'messages[1].tool_call_id',
    code: MISSING,
    body: message({ role: 'tool', content: '' }),
  },
  { param: 'messages[1].name', code: MISSING, body: message({ role: 'function', content: '1' }) },
  { param: 'messages[1].name', body: message({ role: 'function', name: 'f', content: '1' }) },
  { param: 'messages[1].refusal', body: message({ role: 'assistant', refusal: true }) },
  { param: 'messages[1].tool_calls', body: message({ role: 'assistant', tool_calls: {} }) },
  {
    param: 'messages[1].tool_calls[0].id',
    code: MISSING,
    body: message({ role: 'assistant', tool_calls: [TOOL] }),
  },
  {
    param: 'messages[1].tool_calls[0].function.name',
    code: MISSING,
    body: message({ role: 'assistant', tool_calls: [{ id: 'a', function: {} }] }),
  },
  {
    param: 'messages[1].function_call.arguments',
    body: message({ role: 'assistant', function_call: { name: 'f', arguments: 5 } }),
  },
  { param: `${PART}.type`, code: MISSING, body: part({ text: 'Hi' }) },
  { param: `${PART}.type`, body: part({ type: 'video' }) },
  { param: PART, body: part(5) },
  { param: `${PART}.text`, code: MISSING, body: part({ type: 'text' }) },
  {
    param: `${PART}.image_url.url`,
    code: MISSING,
    body: part({ type: 'image_url', image_url: {} }),
  },
  {
    param: `${PART}.image_url.url`,
    body: part({ type: 'image_url', image_url: { url: 'http://a.test/b.png' } }),
  },
  {
    param: `${PART}.image_url`,
    body: part({ type: 'image_url', image_url: 'file:///etc/passwd' }),
  },
  { param: `${PART}.image_url`, code: MISSING, body: part({ type: 'image_url' }) },
  { param: `${PART}.input_audio`, code: MISSING, body: part({ type: 'input_audio' }) },
  {
    param: `${PART}.input_audio.format`,
    body: part({ type: 'input_audio', input_audio: { data: 'AA==', format: 'audio/mp3' } }),
  },
  {
    param: `${PART}.file.file_id`,
    body: part({ type: 'file', file: { file_id: 'file-1' } }),
  },
  {
    param: `${PART}.file.file_data`,
    code: MISSING,
    body: part({ type: 'file', file: { filename: 'a.pdf' } }),
  },
  { param: 'model', body: body({ model: 5 }) },
  { param: 'temperature', body: body({ temperature: 2.1 }) },
  { param: 'temperature', body: body({ temperature: '1' }) },
  { param: 'top_p', body: body({ top_p: -0.1 }) },
  { param: 'max_tokens', body: body({ max_tokens: 0 }) },
  { param: 'max_tokens', body: body({ max_tokens: 1.5 }) },
  { param: 'max_completion_tokens', body: body({ max_completion_tokens: 'many' }) },
  { param: 'n', body: body({ n: 0 }) },
  { param: 'n', body: body({ n: 9 }) },
  { param: 'stream', body: body({ stream: 'yes' }) },
  { param: 'stream_options', body: body({ stream_options: [] }) },
  { param: 'stream_options.include_usage', body: body({ stream_options: { include_usage: 1 } }) },
  { param: 'stop', body: body({ stop: 5 }) },
  { param: 'stop[1]', body: body({ stop: ['a', 5] }) },
  { param: 'stop', body: body({ stop: Array.from({ length: 33 }, () => 'a') }) },
  { param: 'reasoning_effort', body: body({ reasoning_effort: 3 }) },
  { param: 'response_format', body: body({ response_format: 'json' }) },
  { param: 'response_format.type', body: body({ response_format: { type: 'xml' } }) },
  {
    param: 'response_format.json_schema',
    code: MISSING,
    body: body({ response_format: { type: 'json_schema' } }),
  },
  { param: 'tools', body: body({ tools: {} }) },
  { param: 'tools[1]', body: body({ tools: [TOOL, 'clock'] }) },
  { param: 'tools[0].function', code: MISSING, body: body({ tools: [{ type: 'function' }] }) },
  {
    param: 'tools[0].function.name',
    code: MISSING,
    body: body({ tools: [{ type: 'function', function: {} }] }),
  },
  {
    param: 'tools[0].function.parameters',
    body: body({ tools: [{ type: 'function', function: { name: 'f', parameters: 'any' } }] }),
  },
  { param: 'functions[0].name', code: MISSING, body: body({ functions: [{}] }) },
  { param: 'tool_choice', body: body({ tools: [TOOL], tool_choice: 'always' }) },
  {
    param: 'tool_choice',
    body: body({ tools: [TOOL], tool_choice: { type: 'function', function: { name: 'dial' } } }),
  },
  {
    param: 'function_call',
    body: body({ functions: [{ name: 'f' }], function_call: { name: 'g' } }),
  },
  { param: 'parallel_tool_calls', body: body({ tools: [TOOL], parallel_tool_calls: 'no' }) },
];

describe('parse', () => {
  it.each(BAD)('blames $param in $body', ({ param, code, body: sent }) => {
    const error = thrownBy(() => parse(sent));
    expect(error).toMatchObject({ status: 400, param, code: code ?? 'invalid_value' });
    if (param !== undefined) expect(String(error)).toContain(`${param}: `);
  });

  it('takes null for absent, in every field', () => {
    const names = [
      'model',
      'stop',
      'tools',
      'tool_choice',
      'n',
      'stream',
      'stream_options',
      'seed',
    ];
    const more = [
      'temperature',
      'max_tokens',
      'response_format',
      'functions',
      'extra_body',
      'size',
    ];
    const nulls = Object.fromEntries([...names, ...more].map((name) => [name, null]));
    const [plain, filled] = [parse(body({})), parse(body(nulls))];
    expect(filled.request).toEqual(plain.request);
    expect(filled.ignored).toEqual([]);
  });

  it.each<{ what: string; fields: Readonly<Record<string, JsonValue>>; wanted: object }>([
    { what: 'a stop string', fields: { stop: 'END' }, wanted: { stop: ['END'] } },
    { what: 'an empty stop', fields: { stop: ['', 'END'] }, wanted: { stop: ['END'] } },
    {
      what: 'both limits',
      fields: { max_tokens: 5, max_completion_tokens: 9 },
      wanted: { maxOutputTokens: 9 },
    },
    {
      what: 'plain text as the format',
      fields: { response_format: { type: 'text' } },
      wanted: { outputFormat: undefined },
    },
    {
      what: 'a schema beside json_object',
      fields: { response_format: { type: 'json_object', schema: { type: 'object' } } },
      wanted: {
        outputFormat: { type: 'json-schema', name: 'response', schema: { type: 'object' } },
      },
    },
    {
      what: 'a tool without a type',
      fields: { tools: [{ function: { name: 'clock', parameters: null } }] },
      wanted: { tools: [{ name: 'clock', parameters: undefined }] },
    },
    {
      what: 'extra_body, the outer field winning',
      fields: { temperature: 1, extra_body: { temperature: 0, top_p: 0.5, size: 'big' } },
      wanted: { temperature: 1, topP: 0.5, parameters: { size: 'big' } },
    },
  ])('understands $what', ({ fields, wanted }) => {
    expect(parse(body(fields)).request).toMatchObject(wanted);
  });

  it.each<string | number | readonly number[]>(['text', 7, [1]])(
    'names an extra_body that holds no fields: %j',
    (extra) => {
      expect(parse(body({ extra_body: extra })).ignored).toContain('extra_body');
    },
  );
});
