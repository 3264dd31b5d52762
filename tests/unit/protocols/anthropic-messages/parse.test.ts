/** Bad requests → a 400 that names the field by its path; odd but clear ones are understood. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { parseCount, renderCount } from '../../../../src/protocols/anthropic-messages/index.ts';
import { thrownBy } from '../../record.ts';
import { body, ignoredOf, parsed, requestOf } from './_requests.ts';

interface BadCase {
  readonly param: string | undefined;
  readonly code?: string;
  readonly value: JsonValue;
}

const MISSING = 'missing_field';
const message = (fields: JsonValue): JsonObject => body({ messages: [fields] });
const block = (fields: JsonValue): JsonObject =>
  message({ role: 'user', content: [{ type: 'text', text: 'Hi' }, fields] });
const BLOCK = 'messages[0].content[1]';
const tool = (fields: JsonValue): JsonObject => body({ tools: [fields] });

const BAD: readonly BadCase[] = [
  { param: undefined, value: null },
  { param: undefined, value: [] },
  { param: undefined, value: 'Hello' },
  { param: 'messages', code: MISSING, value: { max_tokens: 1 } },
  { param: 'messages', code: MISSING, value: body({ messages: [] }) },
  { param: 'messages', value: body({ messages: 'Hello' }) },
  { param: 'messages[0]', value: body({ messages: ['Hello'] }) },
  { param: 'messages[0].role', code: MISSING, value: message({ content: 'Hi' }) },
  { param: 'messages[0].role', value: message({ role: 'robot', content: 'Hi' }) },
  { param: 'messages[0].content', value: message({ role: 'user', content: 5 }) },
  { param: 'messages[0].content', value: message({ role: 'user', content: { type: 'text' } }) },
  { param: BLOCK, value: block(5) },
  { param: `${BLOCK}.type`, code: MISSING, value: block({ text: 'Hi' }) },
  { param: `${BLOCK}.text`, code: MISSING, value: block({ type: 'text' }) },
  { param: `${BLOCK}.source`, code: MISSING, value: block({ type: 'image' }) },
  { param: `${BLOCK}.source.type`, code: MISSING, value: block({ type: 'image', source: {} }) },
  { param: `${BLOCK}.source.type`, value: block({ type: 'image', source: { type: 'text' } }) },
  {
    param: `${BLOCK}.source.type`,
    value: block({ type: 'image', source: { type: 'file', file_id: 'file_1' } }),
  },
  {
    param: `${BLOCK}.source.type`,
    value: block({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
  },
  { param: `${BLOCK}.source.type`, value: block({ type: 'document', source: { type: 'x' } }) },
  {
    param: `${BLOCK}.source.media_type`,
    value: block({ type: 'image', source: { type: 'base64', media_type: 'png', data: '' } }),
  },
  {
    param: `${BLOCK}.source.data`,
    code: MISSING,
    value: block({ type: 'image', source: { type: 'base64', media_type: 'image/png' } }),
  },
  {
    param: `${BLOCK}.source.url`,
    value: block({ type: 'image', source: { type: 'url', url: 'http://example.com/a.png' } }),
  },
  { param: `${BLOCK}.tool_use_id`, code: MISSING, value: block({ type: 'tool_result' }) },
  {
    param: `${BLOCK}.content[0].text`,
    value: block({ type: 'tool_result', tool_use_id: '1', content: [{ type: 'text', text: 5 }] }),
  },
  { param: `${BLOCK}.id`, code: MISSING, value: block({ type: 'tool_use', name: 'f' }) },
  { param: `${BLOCK}.name`, code: MISSING, value: block({ type: 'tool_use', id: '1' }) },
  { param: 'system', value: body({ system: 5 }) },
  { param: 'system[0].text', value: body({ system: [{ type: 'text', text: 5 }] }) },
  { param: 'max_tokens', code: MISSING, value: body({ max_tokens: null }) },
  { param: 'max_tokens', value: body({ max_tokens: -1 }) },
  { param: 'max_tokens', value: body({ max_tokens: '100' }) },
  { param: 'model', value: body({ model: 5 }) },
  { param: 'temperature', value: body({ temperature: 1.5 }) },
  { param: 'top_p', value: body({ top_p: -0.1 }) },
  { param: 'stop_sequences', value: body({ stop_sequences: { word: 'END' } }) },
  { param: 'stop_sequences[1]', value: body({ stop_sequences: ['END', 5] }) },
  { param: 'stop_sequences', value: body({ stop_sequences: Array(33).fill('END') }) },
  { param: 'stream', value: body({ stream: 'yes' }) },
  { param: 'thinking', value: body({ thinking: true }) },
  {
    param: 'thinking.budget_tokens',
    value: body({ thinking: { type: 'enabled', budget_tokens: 'many' } }),
  },
  { param: 'output_config', value: body({ output_config: 'high' }) },
  { param: 'output_config.effort', value: body({ output_config: { effort: 5 } }) },
  { param: 'output_config.format.type', value: body({ output_config: { format: {} } }) },
  {
    param: 'output_format.schema',
    code: MISSING,
    value: body({ output_format: { type: 'json_schema' } }),
  },
  { param: 'thread', value: body({ thread: { type: 'create' } }) },
  { param: 'tools', value: body({ tools: {} }) },
  { param: 'tools[0]', value: tool('bash') },
  { param: 'tools[0].type', value: tool({ type: 5 }) },
  { param: 'tools[0].name', code: MISSING, value: tool({ input_schema: {} }) },
  { param: 'tools[0].input_schema', value: tool({ name: 'f', input_schema: 'any' }) },
  { param: 'tool_choice', value: body({ tool_choice: 'auto' }) },
  { param: 'tool_choice.type', value: body({ tool_choice: { type: 'some' } }) },
  { param: 'tool_choice.name', code: MISSING, value: body({ tool_choice: { type: 'tool' } }) },
  {
    param: 'tool_choice.name',
    value: body({ tools: [{ name: 'f' }], tool_choice: { type: 'tool', name: 'g' } }),
  },
];

describe('a bad request', () => {
  it.each(BAD)('names $param of $value', ({ param, code, value }) => {
    const error = thrownBy(() => parsed(value));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({
      kind: 'invalid-request',
      param,
      code: code ?? 'invalid_value',
      message: expect.stringMatching(param === undefined ? /\S/ : /: /),
    });
  });

  it('is told as the SDKs know it, where it wants a thread', () => {
    const error = thrownBy(() => parsed(body({ thread: { type: 'create' } })));
    expect(error).toMatchObject({
      details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
    });
    expect(thrownBy(() => parsed(body({ thread: null })))).toBeUndefined();
  });
});

describe('a request', () => {
  it('has its sampling, its limit and its stops', () => {
    const fields = { temperature: 0.2, top_p: 0.9, stop_sequences: ['END', ''], stream: true };
    expect(parsed(body(fields))).toMatchObject({
      choices: 1,
      streamed: true,
      request: { model: 'gpt-5', maxOutputTokens: 100, temperature: 0.2, topP: 0.9, stop: ['END'] },
    });
  });

  it('asks for one token where it asks for none', () => {
    expect(requestOf({ max_tokens: 0 }).maxOutputTokens).toBe(1);
  });

  it('may leave out the model', () => {
    expect(requestOf({ model: undefined }).model).toBe('');
  });

  it.each([
    ['nothing', {}, {}],
    ['adaptive thinking', { thinking: { type: 'adaptive' } }, {}],
    ['a budget', { thinking: { type: 'enabled', budget_tokens: 2048 } }, { reasoningBudget: 2048 }],
    ['no thinking', { thinking: { type: 'disabled' } }, { reasoningBudget: 0 }],
    [
      'thinking between tools only',
      { thinking: { type: 'between_tools' } },
      { reasoningBudget: 0 },
    ],
    ['an effort', { output_config: { effort: 'max' } }, { reasoningEffort: 'max' }],
    [
      'an effort without thinking',
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { reasoningBudget: 0 },
    ],
  ])('says how much to think by %s', (_, fields, expected) => {
    const { reasoningBudget, reasoningEffort } = requestOf(fields);
    expect({ reasoningBudget, reasoningEffort }).toEqual({
      reasoningBudget: undefined,
      reasoningEffort: undefined,
      ...expected,
    });
  });

  it.each([
    ['output_config', { output_config: { format: { type: 'json_schema', schema: { a: 1 } } } }],
    ['output_format', { output_format: { type: 'json_schema', schema: { a: 1 } } }],
  ])('says in %s what JSON it wants', (field, fields) => {
    const { request, parameterFields } = parsed(body(fields));
    expect(request.outputFormat).toEqual({
      type: 'json-schema',
      name: 'response',
      schema: { a: 1 },
      strict: true,
    });
    expect(parameterFields.get('response_format')).toContain(field);
  });

  it('keeps itself for a relay, with the headers of the protocol and no other', () => {
    const value = body({ metadata: { user_id: 'a' } });
    const { original } = parsed(value, {
      'anthropic-beta': 'one,two',
      'anthropic-dangerous-direct-browser-access': 'true',
      'x-api-key': 'secret',
    }).request;
    expect(original).toEqual({
      protocol: 'anthropic-messages',
      body: value,
      headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'one,two' },
    });
    const { original: newer } = parsed(value, { 'anthropic-version': '2026-10-21' }).request;
    expect(newer?.headers).toEqual({ 'anthropic-version': '2026-10-21' });
  });
});

describe('what has no place at Poe', () => {
  it('is named where it changes the answer, and only there', () => {
    const fields = {
      cache_control: { type: 'ephemeral' },
      container: 'container_1',
      context_management: {
        edits: [{ type: 'clear_thinking_20251015' }, { type: 'compact_20260112' }, 5],
      },
      diagnostics: {},
      fallbacks: [],
      inference_geo: null,
      mcp_servers: [{ type: 'url' }],
      metadata: { user_id: 'a' },
      output_config: { task_budget: { type: 'tokens', total: 5 } },
      service_tier: 'auto',
      speed: 'fast',
      thinking: { type: 'sideways' },
    };
    expect([...ignoredOf(fields)].toSorted()).toEqual([
      'container',
      'context_management.',
      'context_management.compact_20260112',
      'mcp_servers',
      'output_config.task_budget',
      'thinking',
    ]);
  });

  it('is taken for the bot’s own parameter where nobody knows it', () => {
    const { request, ignored } = parsed(body({ top_k: 40, aspect: '16:9', other: null }));
    expect(request.parameters).toEqual({ top_k: 40, aspect: '16:9' });
    expect(ignored).toEqual([]);
  });
});

describe('counting', () => {
  it('reads a request without a limit, and says that it guesses', () => {
    const { max_tokens: _, ...rest } = body({ system: 'Be brief.', tools: [{ name: 'f' }] });
    const { messages, tools } = parseCount(rest, new Headers());
    expect(messages).toHaveLength(2);
    expect(tools).toHaveLength(1);
    expect(renderCount(7)).toEqual({ input_tokens: 7, estimated: true });
  });

  it('is as strict with messages as an answer is', () => {
    expect(() => parseCount({ model: 'gpt-5' }, new Headers())).toThrow(/messages/);
    expect(() => parseCount('hi', new Headers())).toThrow(/object/);
  });
});
