/** Tools in the native protocol: calls in `json` events, results sent back, and every defect. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile, type Json } from './client.ts';
import { ask, protocolMessage, queryEvents, toolDefinition } from './native.ts';

const simulator = simulatorForFile();

const tools = [toolDefinition('weather'), toolDefinition('mayor')];
const parallel = { tools, query: [protocolMessage('both in parallel')] };

function callsIn(chunks: readonly Json[]): readonly Json[] {
  return chunks.flatMap((chunk) => chunk['choices']?.[0]?.['delta']?.['tool_calls']?.[0] ?? []);
}

function argumentsOf(calls: readonly Json[], index: number): string {
  return calls
    .filter((call) => Number(call['index'] ?? 0) === index)
    .map((call) => call['function']?.['arguments'] ?? '')
    .join('');
}

describe('N3, two calls in parallel', () => {
  test('names each call once, with its id, then grows its arguments', async () => {
    const { chunks, end, text } = await ask(simulator(), 'Tool-Caller', parallel);
    const calls = callsIn(chunks);
    expect(chunks[0]).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'Tool-Caller',
      choices: [
        {
          index: 0,
          delta: {
            role: 'assistant',
            content: null,
            tool_calls: [
              { index: 0, type: 'function', function: { name: 'weather', arguments: '' } },
            ],
          },
          finish_reason: null,
        },
      ],
      usage: null,
    });
    expect(calls.filter((call) => 'id' in (call as object))).toHaveLength(2);
    expect(argumentsOf(calls, 0)).toBe('{"location":"location"}');
    expect(argumentsOf(calls, 1)).toBe('{"location":"location"}');
    expect([text, end]).toEqual(['', 'done']);
  });

  test('ends with a finish reason and with usage', async () => {
    const { chunks } = await ask(simulator(), 'Tool-Caller', parallel);
    expect(chunks.at(-2)).toEqual({
      choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
    });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 3 } });
  });

  test('is followed by an answer once the results are there', async () => {
    const { chunks } = await ask(simulator(), 'Tool-Caller', parallel);
    const calls = callsIn(chunks).filter((call) => 'id' in (call as object));
    const { text, chunks: none } = await ask(simulator(), 'Tool-Caller', {
      ...parallel,
      tool_calls: calls.map(({ id, function: called }) => ({
        id,
        type: 'function',
        function: { name: called?.['name'], arguments: '{}' },
      })),
      tool_results: calls.map(({ id, function: called }, index) => ({
        role: 'tool',
        name: called?.['name'],
        tool_call_id: id,
        content: JSON.stringify({ temp: 70 + index }),
      })),
    });
    expect(text).toBe('The tool answered: {"temp":70} and {"temp":71}');
    expect(none).toEqual([]);
  });
});

describe('a defect', () => {
  test.each([
    ['Tool-Caller-No-Index', 'index'],
    ['Tool-Caller-No-Id', 'id'],
    ['Tool-Caller-No-Type', 'type'],
    ['Tool-Caller-Nameless', 'id'],
  ])('of %s: no call has an %s', async (bot, member) => {
    const { chunks } = await ask(simulator(), bot, { tools });
    const calls = callsIn(chunks);
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.some((call) => member in (call as object))).toBe(false);
  });

  test('of Tool-Caller-Nameless: no call has a name', async () => {
    const { chunks } = await ask(simulator(), 'Tool-Caller-Nameless', { tools });
    expect(JSON.stringify(chunks)).not.toContain('"name"');
  });

  test('of Tool-Caller-Late-Name: arguments come before the name, and are whole', async () => {
    const { chunks } = await ask(simulator(), 'Tool-Caller-Late-Name', { tools });
    const calls = callsIn(chunks);
    expect(calls[0]).not.toHaveProperty('id');
    expect(calls[1]).toHaveProperty('function.name', 'weather');
    expect(argumentsOf(calls, 0)).toBe('{"location":"location"}');
  });

  test.each([
    ['Tool-Caller-Truncated', 'cut'],
    ['Tool-Caller-Done-Early', 'done'],
  ])('of %s: the arguments stop short, and the stream is %s', async (bot, end) => {
    const heard = await ask(simulator(), bot, { tools });
    expect(() => JSON.parse(argumentsOf(callsIn(heard.chunks), 0))).toThrow(SyntaxError);
    expect(JSON.stringify(heard.chunks)).not.toContain('"finish_reason":"');
    expect(heard.end).toBe(end);
  });

  test('of Tool-Caller-No-Usage: the finish is the last chunk', async () => {
    const { chunks } = await ask(simulator(), 'Tool-Caller-No-Usage', { tools });
    expect(chunks.at(-1)).not.toHaveProperty('usage');
  });
});

test('Tool-Caller-Talks talks in text, Tool-Caller-In-JSON in json events', async () => {
  const talking = await ask(simulator(), 'Tool-Caller-Talks', { tools });
  expect(talking.text).toBe('Let me look that up.');
  const inJson = await ask(simulator(), 'Tool-Caller-In-JSON', { tools });
  expect(inJson.text).toBe('');
  const said = inJson.chunks.map((chunk) => chunk['choices']?.[0]?.['delta']?.['content'] ?? '');
  expect(said.join('')).toBe('Let me look that up.');
});

test('Says-In-JSON answers in delta.content, with a finish reason and usage', async () => {
  const { chunks, text } = await ask(simulator(), 'Says-In-JSON');
  const said = chunks.map((chunk) => chunk['choices']?.[0]?.['delta']?.['content'] ?? '');
  expect([text, said.join('')]).toEqual(['', 'Hello  there, world']);
  expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
});

test('Usage-In-JSON says how much it was after ordinary text', async () => {
  const { chunks, text } = await ask(simulator(), 'Usage-In-JSON');
  expect(text).toBe('Hello  there, world');
  expect(chunks).toEqual([expect.objectContaining({ choices: [], usage: expect.anything() })]);
});

describe('a bot without tools', () => {
  test('does not see them', async () => {
    expect(await ask(simulator(), 'No-Tools', { tools })).toMatchObject({
      text: 'Hello  there, world',
      end: 'done',
    });
  });

  test.each(['Follows-Prompt-Refuses', 'Tools-In-Name-Only'])(
    'named %s refuses them in an event',
    async (bot) => {
      const [error] = await queryEvents(simulator(), bot, { tools });
      expect(error?.event).toBe('error');
      expect(error?.data).toMatch(/does not support tool calling|tools is not supported/);
    },
  );
});

describe('Strict-Tools', () => {
  const parameters = { type: 'object', properties: {}, required: [] };

  test.each([
    ['no description', { name: 'a', parameters }, 'description'],
    [
      'more schema',
      { name: 'a', description: '', parameters: { ...parameters, additionalProperties: false } },
      'additionalProperties',
    ],
  ])('refuses a tool with %s', async (_, definition, words) => {
    const { error } = await ask(simulator(), 'Strict-Tools', {
      tools: [{ type: 'function', function: definition }],
    });
    expect(error?.['text']).toContain(words);
  });

  test("takes what Poe's library sends", async () => {
    const { chunks } = await ask(simulator(), 'Strict-Tools', { tools });
    expect(callsIn(chunks).length).toBeGreaterThan(1);
  });
});
