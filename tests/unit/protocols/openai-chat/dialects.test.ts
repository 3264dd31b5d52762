/** Bodies in which editors mix the dialects: what is understood, and which field an error names. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { FOREIGN } from '../../../../src/protocols/openai-chat/dialects.ts';
import { parse } from '../../../../src/protocols/openai-chat/parse.ts';
import { thrownBy } from '../../record.ts';

const HELLO = { role: 'user', content: 'Hello' };
const TOOL = { type: 'function', name: 'clock' };
const CALL = { type: 'function_call', call_id: 'c1', name: 'clock', arguments: '{}' };
const OUTPUT = { type: 'function_call_output', call_id: 'c1', output: 'Noon' };
const MISSING = 'missing_field';

const input = (...items: readonly JsonValue[]): JsonObject => ({ input: items });
const beside = (fields: JsonObject): JsonObject => ({ messages: [HELLO], ...fields });
const blocks = (role: string, ...content: readonly JsonValue[]): JsonObject => ({
  messages: [HELLO, { role, content }],
});
const words = (text: string) => ({ type: 'text', text });

interface Row {
  readonly what: string;
  readonly body: JsonObject;
  readonly wanted: Partial<GenerationRequest>;
}

const user = { role: 'user' as const, content: [words('Hello')], name: undefined };
const asked = (content: readonly unknown[]) => ({ role: 'assistant', content });

describe('a conversation', () => {
  it.each<{ what: string; body: JsonObject; wanted: readonly object[] }>([
    { what: 'input as a text', body: { input: 'Hello' }, wanted: [user] },
    { what: 'input beside no messages', body: { messages: [], ...input(HELLO) }, wanted: [user] },
    {
      what: 'instructions and system, strings or blocks, before the rest',
      body: beside({ instructions: 'Be brief.', system: [words('Be kind.')] }),
      wanted: [
        { role: 'system', content: [words('Be brief.')] },
        { role: 'system', content: [words('Be kind.')] },
        user,
      ],
    },
    {
      what: 'items of one turn as one message',
      body: input(
        HELLO,
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Look.' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'So:' }] },
        CALL,
        { ...CALL, call_id: 'c2', role: 'assistant' },
        { type: 'message', role: 'assistant', content: 'Wait.' },
        OUTPUT,
      ),
      wanted: [
        user,
        {
          ...asked([words('So:'), words('Wait.')]),
          reasoning: 'Look.',
          toolCalls: [
            { id: 'c1', name: 'clock', arguments: '{}' },
            { id: 'c2', name: 'clock', arguments: '{}' },
          ],
        },
        { role: 'tool', toolCallId: 'c1', content: [words('Noon')] },
      ],
    },
    {
      what: 'items among messages, and calls of chat among items',
      body: {
        messages: [
          HELLO,
          { role: 'assistant', tool_calls: [{ id: 'c0', function: { name: 'clock' } }] },
          { role: 'tool', tool_call_id: 'c0', content: 'Ten' },
          CALL,
          OUTPUT,
        ],
      },
      wanted: [
        user,
        { ...asked([]), toolCalls: [{ id: 'c0', name: 'clock', arguments: '{}' }] },
        { role: 'tool', toolCallId: 'c0', content: [words('Ten')] },
        { ...asked([]), toolCalls: [{ id: 'c1', name: 'clock', arguments: '{}' }] },
        { role: 'tool', toolCallId: 'c1', content: [words('Noon')] },
      ],
    },
    {
      what: 'the call and the result of a custom tool',
      body: input(
        HELLO,
        { type: 'custom_tool_call', call_id: 'c1', name: 'edit', input: 'x' },
        { type: 'custom_tool_call_output', call_id: 'c1', output: 'Done' },
      ),
      wanted: [
        user,
        { ...asked([]), toolCalls: [{ id: 'c1', name: 'edit', arguments: '{"input":"x"}' }] },
        { role: 'tool', toolCallId: 'c1', content: [words('Done')] },
      ],
    },
    {
      what: "Anthropic's thinking and calls",
      body: blocks(
        'assistant',
        { type: 'thinking', thinking: 'Look.', signature: 's' },
        { type: 'tool_use', id: 'c1', name: 'clock', input: { zone: 'UTC' } },
      ),
      wanted: [
        user,
        {
          ...asked([]),
          reasoning: 'Look.',
          toolCalls: [{ id: 'c1', name: 'clock', arguments: '{"zone":"UTC"}' }],
        },
      ],
    },
    {
      what: "results before the rest of the user's message",
      body: blocks(
        'user',
        words('And now?'),
        { type: 'tool_result', tool_use_id: 'c1', content: 'Noon' },
        { type: 'tool_result', tool_use_id: 'c2', is_error: true, content: [words('No clock')] },
      ),
      wanted: [
        user,
        { role: 'tool', toolCallId: 'c1', content: [words('Noon')] },
        { role: 'tool', toolCallId: 'c2', content: [words('Error: No clock')] },
        { role: 'user', content: [words('And now?')] },
      ],
    },
    {
      what: 'a result with nothing beside it, from a user or from a tool',
      body: {
        messages: ['user', 'tool'].map((role) => ({
          role,
          content: [{ type: 'tool_result', tool_use_id: role, content: 'Noon' }],
        })),
      },
      wanted: [
        { role: 'tool', toolCallId: 'user', content: [words('Noon')] },
        { role: 'tool', toolCallId: 'tool', content: [words('Noon')] },
      ],
    },
    {
      what: 'no message of a thought alone',
      body: blocks('assistant', { type: 'thinking', thinking: 'Hm.', signature: 's' }),
      wanted: [user],
    },
    {
      what: 'pictures and files of every dialect',
      body: blocks(
        'user',
        { type: 'input_image', image_url: 'https://a.test/b.png', detail: 'low' },
        { type: 'image', source: { type: 'url', url: 'https://a.test/c.png' } },
        { type: 'input_file', filename: 'a.pdf', file_data: 'AA==' },
        { type: 'input_file', file_url: 'https://a.test/d.pdf' },
        {
          type: 'document',
          title: 'e.pdf',
          source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' },
        },
      ),
      wanted: [
        user,
        {
          role: 'user',
          content: [
            { type: 'image', url: 'https://a.test/b.png', detail: 'low' },
            { type: 'image', url: 'https://a.test/c.png' },
            { type: 'file', filename: 'a.pdf', url: 'data:application/pdf;base64,AA==' },
            { type: 'file', filename: '', url: 'https://a.test/d.pdf' },
            { type: 'file', filename: 'e.pdf', url: 'data:application/pdf;base64,AA==' },
          ],
        },
      ],
    },
    {
      what: 'the bare text of a custom tool, where a client gives it back as arguments',
      body: {
        tools: [{ type: 'custom', name: 'edit' }],
        ...input(HELLO, { ...CALL, name: 'edit', arguments: 'x' }, { ...CALL, call_id: 'c2' }),
      },
      wanted: [
        user,
        {
          toolCalls: [
            { id: 'c1', name: 'edit', arguments: '{"input":"x"}' },
            { id: 'c2', name: 'clock', arguments: '{}' },
          ],
        },
      ],
    },
  ])('has $what', ({ body, wanted }) => {
    const { request, ignored } = parse(body);
    expect(request.messages).toHaveLength(wanted.length);
    expect(request.messages).toMatchObject(wanted);
    expect(ignored).toEqual([]);
  });
});

describe('a request', () => {
  const schema = { type: 'object', properties: {} };
  it.each<Row>([
    {
      what: 'flat functions',
      body: { tools: [{ ...TOOL, description: 'Time.', parameters: schema }] },
      wanted: { tools: [{ name: 'clock', description: 'Time.', parameters: schema }] },
    },
    {
      what: "Anthropic's tools, without a type and as `custom`",
      body: {
        tools: [
          { name: 'clock', input_schema: schema },
          { type: 'custom', name: 'dial', input_schema: schema },
        ],
      },
      wanted: {
        tools: [
          { name: 'clock', description: undefined, parameters: schema },
          { name: 'dial', description: undefined, parameters: schema },
        ],
      },
    },
    ...(
      [
        [{ type: 'auto' }, 'auto'],
        [{ type: 'any' }, 'required'],
        ['any', 'required'],
        [{ type: 'none' }, 'none'],
        [{ type: 'tool', name: 'clock' }, { name: 'clock' }],
        [{ type: 'function', name: 'clock' }, { name: 'clock' }],
      ] as const
    ).map(([choice, toolChoice]) => ({
      what: `the choice ${JSON.stringify(choice)}`,
      body: { tools: [TOOL], tool_choice: choice },
      wanted: { toolChoice },
    })),
    {
      what: 'one call at a time',
      body: { tools: [TOOL], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      wanted: { toolChoice: 'auto', parallelToolCalls: false },
    },
    {
      what: 'a limit, the more usual name first',
      body: { max_output_tokens: 5 },
      wanted: { maxOutputTokens: 5 },
    },
    {
      what: 'the usual limit before the other',
      body: { max_tokens: 9, max_output_tokens: 5 },
      wanted: { maxOutputTokens: 9 },
    },
    { what: 'stop sequences', body: { stop_sequences: ['END'] }, wanted: { stop: ['END'] } },
    {
      what: "an effort in Responses' form",
      body: { reasoning: { effort: 'high', summary: 'auto' } },
      wanted: { reasoningEffort: 'high', parameters: {} },
    },
    {
      what: "an effort in Anthropic's form",
      body: { output_config: { effort: 'high' }, thinking: { type: 'adaptive' } },
      wanted: { reasoningEffort: 'high', reasoningBudget: undefined, parameters: {} },
    },
    {
      what: 'a budget for thinking',
      body: { thinking: { type: 'enabled', budget_tokens: 2048 } },
      wanted: { reasoningBudget: 2048, parameters: {} },
    },
    {
      what: 'no thinking',
      body: { thinking: { type: 'disabled' } },
      wanted: { reasoningBudget: 0, parameters: {} },
    },
    {
      what: 'the format and verbosity of a text',
      body: { text: { verbosity: 'low', format: { type: 'json_schema', name: 'a', schema } } },
      wanted: {
        outputFormat: {
          type: 'json-schema',
          name: 'a',
          schema,
          description: undefined,
          strict: undefined,
        },
        parameters: { verbosity: 'low' },
      },
    },
    {
      what: "a bot's own parameters of such names",
      body: { text: true, thinking: 'auto', reasoning: 'high' },
      wanted: { parameters: { text: true, thinking: 'auto', reasoning: 'high' } },
    },
  ])('has $what', ({ body, wanted }) => {
    const { request, ignored } = parse(beside(body));
    expect(request).toMatchObject(wanted);
    expect(ignored).toEqual([]);
  });

  it.each<readonly [JsonObject, string]>([
    [{ input: 'Hi' }, 'input'],
    [{ include: [], previous_response_id: 'r' }, 'include, previous_response_id'],
    [{ truncation: 'auto' }, 'truncation'],
    [{ tools: [{ ...TOOL, strict: true }] }, 'tools[].strict'],
    [{ tools: [{ type: 'bash_20250124', name: 'bash' }] }, 'tools[].bash_20250124'],
    [{ thinking: { type: 'deep' } }, 'thinking'],
    [{ messages: [HELLO, { type: 'web_search_call', id: 'w' }] }, 'messages[].web_search_call'],
    [input(HELLO, { type: 'compaction', text: 'x' }), 'input[].compaction'],
    [
      blocks('assistant', { type: 'redacted_thinking', data: 's' }),
      'messages[].content[].redacted_thinking',
    ],
    [
      blocks('user', { type: 'tool_use', id: 'c', name: 'f', input: {} }),
      'messages[].content[].tool_use',
    ],
  ])('with %j has that named', (body, names) => {
    const fields = 'input' in body && body['input'] !== 'Hi' ? body : beside(body);
    expect(parse(fields).ignored.join(', ')).toBe(names);
  });

  it.each<readonly [JsonObject, string, string]>([
    [{ max_output_tokens: 5 }, 'max_tokens', 'max_output_tokens'],
    [{ stop_sequences: ['a'] }, 'stop', 'stop_sequences'],
    [{ reasoning: { effort: 'low' } }, 'reasoning_effort', 'reasoning.effort'],
    [{ thinking: { type: 'disabled' } }, 'reasoning_effort', 'thinking'],
    [{ text: { verbosity: 'low' } }, 'verbosity', 'text.verbosity'],
    [{ text: { format: { type: 'json_object' } } }, 'response_format', 'text.format'],
  ])('with %j calls %s by the name it has there', (body, name, field) => {
    expect(parse(beside(body)).parameterFields.get(name)).toBe(field);
  });
});

interface BadCase {
  readonly param: string;
  readonly code?: string;
  readonly body: JsonObject;
}

const SECOND = 'messages[1].content[0]';

const BAD: readonly BadCase[] = [
  { param: 'input', code: MISSING, body: { input: [] } },
  { param: 'input', body: { input: 5 } },
  { param: 'input[1]', body: input(HELLO, 'Hi') },
  { param: 'input[0].role', code: MISSING, body: input({ type: 'message', content: 'Hi' }) },
  { param: 'input[0].role', body: input({ role: 'robot', content: 'Hi' }) },
  {
    param: 'input[0].content[0].text',
    code: MISSING,
    body: input({ role: 'user', content: [{ type: 'input_text' }] }),
  },
  { param: 'input[0].call_id', code: MISSING, body: input({ ...CALL, call_id: null }) },
  { param: 'input[0].arguments', body: input({ ...CALL, arguments: 5 }) },
  { param: 'messages[0].output', body: { messages: [{ ...OUTPUT, output: 5 }] } },
  { param: 'instructions', body: beside({ instructions: 5 }) },
  { param: 'system[0].type', code: MISSING, body: beside({ system: [{ text: 'Hi' }] }) },
  {
    param: `${SECOND}.image_url`,
    body: blocks('user', { type: 'input_image', image_url: 'ftp:' }),
  },
  { param: `${SECOND}.file_id`, body: blocks('user', { type: 'input_file', file_id: 'f' }) },
  { param: `${SECOND}.source`, code: MISSING, body: blocks('user', { type: 'image' }) },
  { param: `${SECOND}.id`, code: MISSING, body: blocks('assistant', { type: 'tool_use' }) },
  { param: `${SECOND}.tool_use_id`, code: MISSING, body: blocks('user', { type: 'tool_result' }) },
  { param: 'tools[0].function', code: MISSING, body: beside({ tools: [{ type: 'function' }] }) },
  { param: 'tools[0].custom', code: MISSING, body: beside({ tools: [{ type: 'custom' }] }) },
  { param: 'tools[0].name', body: beside({ tools: [{ type: 'function', name: 5 }] }) },
  {
    param: 'tools[0].name',
    code: MISSING,
    body: beside({ tools: [{ input_schema: {} }] }),
  },
  { param: 'tools[0].parameters', body: beside({ tools: [{ ...TOOL, parameters: 'any' }] }) },
  { param: 'tools[0].input_schema', body: beside({ tools: [{ name: 'f', input_schema: 'any' }] }) },
  {
    param: 'tools[0].custom.name',
    code: MISSING,
    body: beside({ tools: [{ type: 'custom', custom: {} }] }),
  },
  {
    param: 'tool_choice',
    body: beside({ tools: [TOOL], tool_choice: { type: 'tool', name: 'x' } }),
  },
  {
    param: 'tool_choice.disable_parallel_tool_use',
    body: beside({ tool_choice: { type: 'auto', disable_parallel_tool_use: 1 } }),
  },
  { param: 'max_output_tokens', body: beside({ max_output_tokens: 0 }) },
  { param: 'stop_sequences[0]', body: beside({ stop_sequences: [5] }) },
  { param: 'reasoning.effort', body: beside({ reasoning: { effort: 5 } }) },
  {
    param: 'thinking.budget_tokens',
    body: beside({ thinking: { type: 'enabled', budget_tokens: 'x' } }),
  },
  { param: 'text.format', body: beside({ text: { format: 'json' } }) },
  { param: 'text.format.type', body: beside({ text: { format: { type: 'xml' } } }) },
  {
    param: 'text.format.name',
    body: beside({ text: { format: { type: 'json_schema', name: 5 } } }),
  },
];

describe('an error', () => {
  it.each(BAD)('names $param as the client wrote it', ({ param, code, body }) => {
    const error = thrownBy(() => parse(body));
    expect(error).toMatchObject({ status: 400, param, code: code ?? 'invalid_value' });
  });
});

it('docs/compatibility.md has every name of another dialect', () => {
  const page = readFileSync(new URL('../../../../docs/compatibility.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Other dialects');
  expect(Object.keys(FOREIGN).filter((name) => !section.includes(`\`${name}`))).toEqual([]);
});
