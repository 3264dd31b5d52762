/** Tools of every kind → functions, parameters, or names among what is ignored. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { body, ignoredOf, parsed, requestOf } from './_requests.ts';

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } };
const WEATHER = { name: 'get_weather', description: 'Weather', input_schema: SCHEMA };
const FUNCTION = { name: 'get_weather', description: 'Weather', parameters: SCHEMA };

describe('tools', () => {
  it.each([
    WEATHER,
    { ...WEATHER, type: 'custom' },
    { ...WEATHER, type: null },
    {
      ...WEATHER,
      cache_control: { type: 'ephemeral' },
      defer_loading: true,
      eager_input_streaming: true,
      input_examples: [{ city: 'Rome' }],
      strict: false,
      allowed_callers: ['direct'],
    },
    { ...WEATHER, type: 'of_the_future_20300101' },
  ])('with a schema are functions: %j', (tool) => {
    const { request, ignored } = parsed(body({ tools: [tool] }));
    expect(request.tools).toEqual([FUNCTION]);
    expect(ignored).toEqual([]);
  });

  it('say that nothing is enforced where they are strict', () => {
    expect(ignoredOf({ tools: [{ ...WEATHER, strict: true }] })).toEqual(['tools[].strict']);
  });

  it.each([
    ['bash_20241022', 'bash', ['command'], 'path'],
    ['bash_20250124', 'bash', ['command'], 'path'],
    ['text_editor_20241022', 'str_replace_editor', ['command', 'path', 'new_str'], 'insert_text'],
    ['text_editor_20250429', 'str_replace_based_edit_tool', ['path', 'insert_text'], 'undo_edit'],
    ['text_editor_20250728', 'str_replace_based_edit_tool', ['path', 'insert_text'], 'undo_edit'],
    ['memory_20250818', 'memory', ['old_path', 'new_path', 'insert_text'], 'undo_edit'],
  ])('%s, which the client runs, is the function %s', (type, name, fields, foreign) => {
    const { request, ignored } = parsed(body({ tools: [{ type }, { type, name: 'mine' }] }));
    const [first, second] = request.tools;
    expect(first).toMatchObject({ name, description: expect.stringMatching(/\w{3}/) });
    expect(second?.name).toBe('mine');
    const properties = first?.parameters?.['properties'];
    for (const field of fields)
      expect(properties).toHaveProperty(field, expect.objectContaining({ type: 'string' }));
    expect(JSON.stringify(properties)).not.toContain(`"${foreign}"`);
    expect(ignored).toEqual([]);
  });

  it.each([
    'code_execution_20250825',
    'computer_20250124',
    'computer_toolset_20260801',
    'browser_toolset_20260801',
    'web_fetch_20250910',
    'mcp_toolset',
    'advisor_20260301',
    'tool_search_tool_bm25_20251119',
    'of_the_future_20300101',
  ])('%s, which Anthropic runs, is dropped and named', (type) => {
    const { request, ignored } = parsed(body({ tools: [WEATHER, { type, name: 'x' }] }));
    expect(request.tools).toEqual([FUNCTION]);
    expect(ignored).toEqual([`tools[].${type}`]);
  });

  it.each(['web_search_20250305', 'web_search_20260318'])('%s is a wish to search', (type) => {
    const { request, ignored, parameterFields } = parsed(
      body({ tools: [{ type, name: 'web_search' }] }),
    );
    expect(request).toMatchObject({ tools: [], parameters: { web_search: true } });
    expect(ignored).toEqual([]);
    expect(parameterFields.get('web_search')).toBe(`tools[].${type}`);
  });

  it('may come and go in the conversation', () => {
    const change = (...content: readonly JsonObject[]): JsonObject => ({ role: 'system', content });
    const removed = { type: 'tool_removal', tool: { type: 'tool_reference', name: 'get_weather' } };
    const added = {
      type: 'tool_addition',
      tool: { type: 'tool_definition', definition: { ...WEATHER, name: 'get_time' } },
    };
    const known = { type: 'tool_addition', tool: { type: 'tool_reference', name: 'get_weather' } };
    const namesAfter = (...blocks: readonly JsonObject[]): readonly string[] => {
      const messages = [{ role: 'user', content: 'Hi' }, change(...blocks)];
      const { request, ignored } = parsed(body({ tools: [WEATHER], messages }));
      expect(ignored).toEqual([]);
      expect(request.messages).toHaveLength(1);
      return request.tools.map(({ name }) => name);
    };
    expect(namesAfter(removed)).toEqual([]);
    expect(namesAfter(added)).toEqual(['get_weather', 'get_time']);
    expect(namesAfter(removed, added)).toEqual(['get_time']);
    expect(namesAfter(known)).toEqual(['get_weather']);
  });
});

describe('the choice', () => {
  it.each([
    [{ type: 'auto' }, 'auto', undefined],
    [{ type: 'any' }, 'required', undefined],
    [{ type: 'none' }, 'none', undefined],
    [{ type: 'tool', name: 'get_weather' }, { name: 'get_weather' }, undefined],
    [{ type: 'any', disable_parallel_tool_use: true }, 'required', false],
    [{ type: 'auto', disable_parallel_tool_use: false }, 'auto', undefined],
  ])('%j is %j', (tool_choice, toolChoice, parallelToolCalls) => {
    const request = requestOf({ tools: [WEATHER], tool_choice });
    expect(request).toMatchObject({ toolChoice });
    expect(request.parallelToolCalls).toBe(parallelToolCalls);
  });

  it('without tools is dropped, and named where it would have mattered', () => {
    const any = { tool_choice: { type: 'any' } };
    expect(requestOf(any).toolChoice).toBeUndefined();
    expect(ignoredOf(any)).toEqual(['tool_choice']);
    expect(ignoredOf({ tool_choice: { type: 'tool', name: 'f' } })).toEqual(['tool_choice']);
    expect(ignoredOf({ tool_choice: { type: 'auto' } })).toEqual([]);
  });

  it('of a tool that Anthropic runs is dropped and named', () => {
    const fields = {
      tools: [WEATHER, { type: 'code_execution_20250825', name: 'code_execution' }],
      tool_choice: { type: 'tool', name: 'code_execution' },
    };
    expect(requestOf(fields).toolChoice).toBeUndefined();
    expect(ignoredOf(fields)).toEqual(['tools[].code_execution_20250825', 'tool_choice']);
  });
});
