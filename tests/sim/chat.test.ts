/** What the speaking bots say, streamed and whole. */
import { describe, expect, test } from 'vitest';
import { ask, askChunks, askWhole, dataOf, joined, simulatorForFile, toolNamed } from './client.ts';

const simulator = simulatorForFile();

describe('Echo', () => {
  test('streams the text word by word, its spaces kept', async () => {
    const content = '  two  spaces\n\nand a tail  ';
    const chunks = await askChunks(simulator(), 'Echo', { messages: [{ role: 'user', content }] });
    expect(chunks.length).toBeGreaterThan(4);
    expect(joined(chunks, 'content')).toBe(content);
  });

  test('answers whole in the shape of a chat completion', async () => {
    const reply = await askWhole(simulator(), 'Echo');
    expect(reply).toMatchObject({
      object: 'chat.completion',
      model: 'Echo',
      choices: [
        { message: { role: 'assistant', content: 'Hello  there, world' }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 },
    });
    expect(reply['id']).toMatch(/^chatcmpl-[0-9a-f]{24}$/);
  });

  test('says so when there is no text', async () => {
    const reply = await askWhole(simulator(), 'Echo', {
      messages: [{ role: 'user', content: [] }],
    });
    expect(reply).toMatchObject({ choices: [{ message: { content: '(no text)' } }] });
  });

  test('sends usage last, with no choices, only when it is asked for', async () => {
    const asked = await askChunks(simulator(), 'Echo', { stream_options: { include_usage: true } });
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 6 } });
    const unasked = await askChunks(simulator(), 'Echo');
    expect(unasked.at(-1)).not.toHaveProperty('usage');
  });
});

describe('Tool-Caller', () => {
  const tools = [toolNamed('first'), toolNamed('second')];
  const parallel = [{ role: 'user', content: 'two in parallel please' }];

  test.each([
    ['the first tool', {}, ['first']],
    [
      'the tool named by tool_choice',
      { tool_choice: { type: 'function', function: { name: 'second' } } },
      ['second'],
    ],
    ['two tools for the word parallel', { messages: parallel }, ['first', 'second']],
    [
      'one tool when parallel calls are off',
      { messages: parallel, parallel_tool_calls: false },
      ['first'],
    ],
  ])('calls %s', async (_, extra, names) => {
    const reply = await askWhole(simulator(), 'Tool-Caller', { tools, ...extra });
    expect(reply).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: '',
            tool_calls: names.map((name) => ({
              type: 'function',
              function: { name, arguments: '{"city":"city"}' },
            })),
          },
        },
      ],
    });
  });

  test('streams a name first and the arguments in fragments', async () => {
    const chunks = await askChunks(simulator(), 'Tool-Caller', { tools });
    const calls = chunks.flatMap(
      (chunk) => chunk['choices']?.[0]?.['delta']?.['tool_calls']?.[0] ?? [],
    );
    expect(calls[0]).toMatchObject({
      index: 0,
      type: 'function',
      function: { name: 'first', arguments: '' },
    });
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.map((call) => call['function']?.['arguments']).join('')).toBe('{"city":"city"}');
  });

  test('tells the result once it has one', async () => {
    const messages = [
      ...parallel,
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', tool_call_id: 'call_1', content: '22 degrees' },
    ];
    const reply = await askWhole(simulator(), 'Tool-Caller', { tools, messages });
    expect(reply['choices']?.[0]?.['message']?.['content']).toContain('22 degrees');
  });

  test('echoes when it may not call', async () => {
    const reply = await askWhole(simulator(), 'Tool-Caller', { tools, tool_choice: 'none' });
    expect(reply['choices']?.[0]?.['message']?.['content']).toBe('Hello  there, world');
  });

  test('makes arguments for nested, referenced and enumerated schemas', async () => {
    const parameters = {
      type: 'object',
      properties: {
        unit: { enum: ['celsius', 'kelvin'] },
        place: { $ref: '#/$defs/place' },
        days: { type: 'array', items: { type: 'integer', minimum: 3 } },
        note: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      },
      $defs: { place: { type: 'object', properties: { name: { type: ['string', 'null'] } } } },
    };
    const reply = await askWhole(simulator(), 'Tool-Caller', {
      tools: [{ type: 'function', function: { name: 'look', parameters } }],
    });
    const call = reply['choices']?.[0]?.['message']?.['tool_calls']?.[0];
    expect(JSON.parse(String(call?.['function']?.['arguments']))).toEqual({
      unit: 'celsius',
      place: { name: 'name' },
      days: [3],
      note: null,
    });
  });

  test.each([
    ['Tool-Caller-No-Index', 'index'],
    ['Tool-Caller-No-Type', 'type'],
    ['Tool-Caller-No-Id', 'id'],
  ])('as %s leaves the %s out', async (model, member) => {
    const chunks = await askChunks(simulator(), model, { tools });
    const calls = chunks.flatMap(
      (chunk) => chunk['choices']?.[0]?.['delta']?.['tool_calls']?.[0] ?? [],
    );
    expect(calls.length).toBeGreaterThan(3);
    for (const call of calls) expect(call).not.toHaveProperty(member);
  });

  test('as Tool-Caller-Truncated stops inside the arguments, with no finish and no [DONE]', async () => {
    const response = await ask(simulator(), 'Tool-Caller-Truncated', { tools, stream: true });
    const text = await response.text();
    expect(text).toContain('"arguments"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('"finish_reason":"');
  });
});

describe('the thinkers', () => {
  test.each([
    ['Thinker', ['reasoning_content', 'reasoning']],
    ['Thinker-Content', ['reasoning_content']],
    ['Thinker-Reasoning', ['reasoning']],
  ])('%s thinks in %j and then speaks', async (model, members) => {
    const chunks = await askChunks(simulator(), model);
    const reply = await askWhole(simulator(), model);
    for (const member of ['reasoning_content', 'reasoning']) {
      const thought = joined(chunks, member);
      expect(thought !== '').toBe(members.includes(member));
      expect(reply['choices']?.[0]?.['message']?.[member] ?? '').toBe(thought);
    }
    expect(joined(chunks, 'content')).toBe('Hello  there, world');
  });
});

test('Length stops at max_tokens words', async () => {
  const reply = await askWhole(simulator(), 'Length', { max_tokens: 2 });
  expect(reply).toMatchObject({
    choices: [{ message: { content: 'Hello  there,' }, finish_reason: 'length' }],
  });
});

test('Image-Maker answers with a Markdown image and the same address again', async () => {
  const reply = await askWhole(simulator(), 'Image-Maker');
  expect(reply['choices']?.[0]?.['message']?.['content']).toMatch(
    /^!\[Hello {2}there, world\.png\]\((https:\/\/pfst\.cf2\.poecdn\.net\/base\/image\/[0-9a-f]{64}\?w=1024&h=1024)\)\n\n\1$/,
  );
});

test('Fixed-Cost sends as many chunks of as many bytes as it is told', async () => {
  const response = await ask(simulator(), 'Fixed-Cost', {
    stream: true,
    max_tokens: 7,
    chunk_bytes: 50,
  });
  const contents = dataOf(await response.text()).filter((data) => data.includes('"content"'));
  expect(contents).toHaveLength(7);
  expect(JSON.parse(contents[0] ?? '')['choices'][0]['delta']['content']).toHaveLength(50);
});
