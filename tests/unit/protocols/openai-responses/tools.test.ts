/** Tools of every type, the choice among them, and the way back of their calls. */
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { ask, calls, CLOCK, read, START, STOP, wholeOf } from './_room.ts';

const SCHEMA = { type: 'object', properties: { at: { type: 'string' } } };
const namespace = (name: string, ...tools: JsonObject[]): JsonObject => ({
  type: 'namespace',
  name,
  description: 'Some tools.',
  tools,
});
const custom = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'custom',
  name,
  ...more,
});
const PATCH = custom('apply_patch', {
  description: 'Edits files.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"+' },
});

function toolsOf(tools: JsonValue, fields: JsonObject = {}): ReturnType<typeof ask> {
  return ask('Hi', { tools, ...fields });
}

/** The items that a bot's calls become. */
function itemsOf(tools: JsonValue, ...made: (readonly [string, string])[]): unknown {
  const events = made.map(([name, json], index) => calls(index, name, json));
  const { output } = wholeOf([START, ...events, STOP], read({ input: 'Hi', tools }));
  return output;
}

describe('the tools', () => {
  it('are functions with their schema, whatever else they say', () => {
    const tool = { ...CLOCK, description: 'Tells it.', parameters: SCHEMA, strict: null };
    const { tools, ignored } = toolsOf([tool, { type: 'function', name: 'bare' }]);
    expect(tools).toEqual([
      { name: 'clock', description: 'Tells it.', parameters: SCHEMA },
      { name: 'bare', description: undefined, parameters: undefined },
    ]);
    expect(ignored).toEqual([]);
  });

  it('may be an empty list, or absent', () => {
    for (const tools of [[], null]) expect(toolsOf(tools).tools).toEqual([]);
  });

  it('are not strict, and the client is told', () => {
    expect(toolsOf([{ ...CLOCK, strict: true }]).ignored).toEqual(['tools[].strict']);
  });

  it.each(['file_search', 'mcp', 'tool_search', 'code_interpreter', 'constructor'])(
    'of type %s are dropped and named',
    (type) => {
      const { tools, ignored } = toolsOf([{ type, name: 'x' }, CLOCK]);
      expect(tools.map(({ name }) => name)).toEqual(['clock']);
      expect(ignored).toEqual([`tools[].${type}`]);
    },
  );

  it.each(['web_search', 'web_search_2025_08_26', 'web_search_preview'])(
    'of type %s are what the bot itself can do',
    (type) => {
      const { request, parameterFields } = read({ input: 'Hi', tools: [{ type }] });
      expect(request.parameters).toEqual({ web_search: true });
      expect(parameterFields.get('web_search')).toBe(`tools[].${type}`);
    },
  );

  it('search nothing where the web is out of bounds', () => {
    const { parameters, ignored } = toolsOf([{ type: 'web_search', external_web_access: false }]);
    expect(parameters).toEqual({});
    expect(ignored).toEqual(['tools[].web_search']);
  });
});

describe('a custom tool', () => {
  it('is a function with one string, told what the text must be', () => {
    const [tool] = toolsOf([PATCH]).tools;
    expect(tool?.parameters).toEqual({
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    });
    expect(tool?.description).toMatch(
      /^Edits files\.\n\n.*`input`.*\n\n.*lark grammar:\nstart: "a"\+$/,
    );
  });

  it('needs no description and no grammar', () => {
    for (const format of [undefined, { type: 'text' }]) {
      const [tool] = toolsOf([custom('note', { format })]).tools;
      expect(tool?.description).not.toMatch(/grammar|undefined/);
    }
  });

  it.each([
    ['the text', '{"input":"*** Begin\\n"}', '*** Begin\n'],
    ['the text under another name', '{"patch":"*** Begin"}', '*** Begin'],
    ['the text as JSON', '"*** Begin"', '*** Begin'],
    ['the text alone', '*** Begin', '*** Begin'],
    ['something else', '{"input":{"a":1}}', '{"input":{"a":1}}'],
    ['two texts', '{"a":"1","b":"2"}', '{"a":"1","b":"2"}'],
    ['nothing', '{}', '{}'],
  ])('is called with %s', (_, json, input) => {
    expect(itemsOf([PATCH], ['apply_patch', json])).toEqual([
      {
        id: 'ctc_abc_0',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'call_0',
        name: 'apply_patch',
        input,
      },
    ]);
  });
});

describe('a namespace', () => {
  it('is taken apart; names that are there once stay', () => {
    const { tools } = toolsOf([CLOCK, namespace('agents', { ...CLOCK, name: 'spawn' }, PATCH)]);
    expect(tools.map(({ name }) => name)).toEqual(['clock', 'spawn', 'apply_patch']);
  });

  it('goes before a name that is there twice, and all of it fits', () => {
    const long = 'n'.repeat(60);
    const list = [
      CLOCK,
      namespace('a', CLOCK),
      namespace('b', CLOCK),
      namespace(long, { ...CLOCK, name: 'clock' }, { ...CLOCK, name: 'clock_two' }),
      namespace(`${long}x`, { ...CLOCK, name: 'clock' }),
      namespace(`${long}xyz1`, { ...CLOCK, name: 'clock' }),
      namespace(`${long}xyz2`, { ...CLOCK, name: 'clock' }),
    ];
    const { tools } = toolsOf(list);
    const names = tools.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['clock', 'a__clock', 'b__clock']);
    expect(names[4]).toBe('clock_two');
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(64);
    const origins = names.map((name) => {
      const [item] = itemsOf(list, [name, '{}']) as readonly JsonObject[];
      return [item?.['namespace'], item?.['name']];
    });
    expect(origins).toEqual([
      [undefined, 'clock'],
      ['a', 'clock'],
      ['b', 'clock'],
      [long, 'clock'],
      [long, 'clock_two'],
      [`${long}x`, 'clock'],
      [`${long}xyz1`, 'clock'],
      [`${long}xyz2`, 'clock'],
    ]);
  });

  it('stands beside the name in the calls, and is found in those that come back', () => {
    const tools = [CLOCK, namespace('agents', CLOCK, PATCH)];
    const output = itemsOf(tools, ['agents__clock', '{}'], ['apply_patch', '{"input":"a"}']);
    expect(output).toMatchObject([
      { type: 'function_call', name: 'clock', namespace: 'agents' },
      { type: 'custom_tool_call', name: 'apply_patch', namespace: 'agents' },
    ]);
    const again = ask([{ role: 'user', content: 'Hi' }, ...(output as JsonObject[])], { tools });
    expect(again.messages[1]).toMatchObject({
      toolCalls: [{ name: 'agents__clock' }, { name: 'apply_patch' }],
    });
  });
});

describe('the choice', () => {
  const tools = [CLOCK, PATCH, namespace('agents', CLOCK)];
  it.each<{ choice: JsonValue; toolChoice: unknown; names?: readonly string[] }>([
    { choice: null, toolChoice: undefined },
    { choice: 'auto', toolChoice: 'auto' },
    { choice: 'none', toolChoice: 'none' },
    { choice: 'required', toolChoice: 'required' },
    { choice: { type: 'function', name: 'clock' }, toolChoice: { name: 'clock' } },
    { choice: { type: 'function', function: { name: 'clock' } }, toolChoice: { name: 'clock' } },
    { choice: { type: 'custom', name: 'apply_patch' }, toolChoice: { name: 'apply_patch' } },
    {
      choice: { type: 'function', name: 'clock', namespace: 'agents' },
      toolChoice: { name: 'agents__clock' },
    },
    {
      choice: {
        type: 'allowed_tools',
        mode: 'required',
        tools: [{ type: 'custom', name: 'apply_patch' }, { type: 'mcp' }, { name: 'other' }],
      },
      toolChoice: 'required',
      names: ['apply_patch'],
    },
    {
      choice: { type: 'allowed_tools', mode: 'auto', tools: [] },
      toolChoice: undefined,
      names: [],
    },
  ])('$choice is $toolChoice', ({ choice, toolChoice, names }) => {
    const asked = toolsOf(tools, { tool_choice: choice });
    expect(asked.toolChoice).toEqual(toolChoice);
    expect(asked.tools.map(({ name }) => name)).toEqual(
      names ?? ['clock', 'apply_patch', 'agents__clock'],
    );
    expect(asked.ignored).toEqual([]);
  });

  it('of a tool of the vendor’s is dropped and named', () => {
    const asked = toolsOf(tools, { tool_choice: { type: 'web_search_preview' } });
    expect(asked.toolChoice).toBeUndefined();
    expect(asked.ignored).toEqual(['tool_choice']);
  });

  it('among no tools is none, and is named where it asked for one', () => {
    for (const [choice, ignored] of [
      ['auto', []],
      ['none', []],
      ['required', ['tool_choice']],
    ] as const) {
      const asked = toolsOf([], { tool_choice: choice, parallel_tool_calls: true });
      expect(asked.toolChoice).toBeUndefined();
      expect(asked.parallelToolCalls).toBeUndefined();
      expect(asked.ignored).toEqual(ignored);
    }
  });
});
