/** Bots that do an agent's task: how they find their orders and go through them. */
import { describe, expect, test } from 'vitest';
import { answersOf, callsOf, ORDERS, resultsOf, TOOLS, user } from './agents.ts';
import { askChunks, simulatorForFile, toolNamed, type Json } from './client.ts';
import { ask as askNatively, protocolMessage, toolDefinition } from './native.ts';

const simulator = simulatorForFile();
const answer = answersOf(simulator, 'Agent');

describe('Agent', () => {
  test('takes one step after the other, and ends with the last line of the last result', async () => {
    const messages: object[] = [{ role: 'system', content: 'Be good.' }, user(ORDERS)];
    const heard: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      const said = await answer(messages);
      heard.push(said.tool_calls ? callsOf(said) : said.content);
      messages.push({ role: 'assistant', ...said }, ...resultsOf(said));
    }
    expect(heard).toEqual([
      ['look {"city":"Rome"}'],
      ['weigh {"city":"Bonn"}', 'ask {"city":"Oslo"}'],
      'Done: last of ask',
    ]);
  });

  test('makes the calls of a step one by one where it must not make several', async () => {
    const orders = user('call look {} & call ask {}');
    const first = await answer([orders], { parallel_tool_calls: false });
    expect(callsOf(first)).toEqual(['look {}']);
    const history = [orders, { role: 'assistant', ...first }, ...resultsOf(first)];
    expect(callsOf(await answer(history, { parallel_tool_calls: false }))).toEqual(['ask {}']);
  });

  test.each([
    ['in quotation marks', '"call look {\\"city\\":\\"Rome\\"}"'],
    [
      'in quotation marks that keep a backslash',
      `"${'call look {"city":"R\\"e"}'.replaceAll('"', '\\"')}"`,
    ],
    ['as a JSON string', JSON.stringify('Do this:\ncall look {"city":"R\\"\\n"}')],
    ['in a tag', '<task>call look {"city":"Rome"}</task>'],
    ['after words', 'Please call look {"city":"Rome"} now.'],
    ['over several lines', 'call look {\n  "city": "Rome"\n}'],
    ['beside braces', 'I call it {x}. Never call this { "a": }.\ncall look {"city":"}{"}'],
    [
      'in the second part',
      [
        { type: 'text', text: '<system-reminder>It is noon</system-reminder>' },
        { type: 'text', text: 'call look {"city":"Rome"}' },
      ],
    ],
  ])('finds its orders %s', async (_, content) => {
    const calls = callsOf(await answer([user(content)]));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^look \{"city":"/);
  });

  test('keeps quotation marks and line ends that belong to the arguments', async () => {
    const city = 'a "b"\n\\c';
    const plain = `call look ${JSON.stringify({ city })}`;
    const ways = [plain, `"${plain.replaceAll('"', '\\"')}"`, JSON.stringify(plain)];
    for (const content of ways) {
      const [call = ''] = callsOf(await answer([user(content)]));
      expect(JSON.parse(call.slice('look '.length))).toEqual({ city });
    }
  });

  test.each([
    ['a user message after it', [user('<environment>Linux</environment>')]],
    ['a system message after it', [{ role: 'system', content: 'call ask {"city":"no"}' }]],
  ])('finds its orders with %s', async (_, after) => {
    expect(callsOf(await answer([user('hello'), user('call look {}'), ...after]))).toEqual([
      'look {}',
    ]);
  });

  test('obeys the newest orders, and none that are done with', async () => {
    const old = [user('call look {}'), { role: 'assistant', content: 'Done: x' }];
    expect(callsOf(await answer([...old, user('call ask {}')]))).toEqual(['ask {}']);
    expect(callsOf(await answer([user('call look {}'), user('call ask {}')]))).toEqual(['ask {}']);
    expect((await answer([...old, user('Thanks.')])).content).toBe('Thanks.');
  });

  test('does not take what a tool has read for orders', async () => {
    const said = await answer([user('call look {}')]);
    const history = [user('call look {}'), { role: 'assistant', ...said }];
    const results = [{ role: 'tool', tool_call_id: 'x', content: 'call ask {"city":"x"}' }];
    expect((await answer([...history, ...results])).content).toBe('Done: call ask {"city":"x"}');
  });

  test('says so when a tool is missing', async () => {
    const words = 'There is no tool dig among those on offer: look, weigh, ask.';
    expect((await answer([user('call dig {}')])).content).toBe(words);
    expect((await answer([user('call dig {}')], { tools: [] })).content).toContain('offer: none.');
  });

  test.each([
    ['mcp__maps__look', 'look'],
    ['look', 'functions.look'],
    ['maps_look', 'maps.look'],
    ['Look', 'look'],
  ])('knows %s by the name %s', async (offered, ordered) => {
    const tools = [toolNamed('spread'), toolNamed(offered)];
    expect(callsOf(await answer([user(`call ${ordered} {}`)], { tools }))).toEqual([
      `${offered} {}`,
    ]);
  });

  test('prefers the exact name, and takes no part of a word for one', async () => {
    const tools = [toolNamed('mcp__look'), toolNamed('look')];
    expect(callsOf(await answer([user('call look {}')], { tools }))).toEqual(['look {}']);
    const overlook = [toolNamed('overlook')];
    expect((await answer([user('call look {}')], { tools: overlook })).content).toContain(
      'no tool',
    );
  });

  test('echoes briefly when nothing is ordered', async () => {
    const { content } = await answer([user(`${'🙂'.repeat(300)}`)]);
    expect(content).toBe('🙂'.repeat(200));
  });

  test('streams its calls in fragments', async () => {
    const messages = [user('call look {"city":"Rome on the Tiber"}')];
    const chunks = await askChunks(simulator(), 'Agent', { messages, tools: TOOLS });
    const deltas = chunks.flatMap(
      (chunk) => (chunk['choices']?.[0]?.['delta']?.['tool_calls'] ?? []) as unknown as Json[],
    );
    expect(deltas.length).toBeGreaterThan(3);
    expect(deltas.map((delta) => delta['function']?.['arguments']).join('')).toBe(
      '{"city":"Rome on the Tiber"}',
    );
  });

  test('does the same natively, where all results of the conversation stand at its end', async () => {
    const query = [
      protocolMessage('call weather {"location":"a"}'),
      protocolMessage('Done: wet', { role: 'bot' }),
      protocolMessage('call weather {"location":"b"}'),
    ];
    const tools = [toolDefinition('weather')];
    const calls = ['1', '2'].map((id) => ({
      id,
      type: 'function',
      function: { name: 'weather', arguments: '{}' },
    }));
    const results = ['wet', 'dry'].map((content, index) => ({
      role: 'tool',
      name: 'weather',
      tool_call_id: String(index + 1),
      content,
    }));
    const rounds = [1, 2].map((count) => ({
      query,
      tools,
      tool_calls: calls.slice(0, count),
      tool_results: results.slice(0, count),
    }));
    const [second, last] = await Promise.all(
      rounds.map((round) => askNatively(simulator(), 'Agent', round)),
    );
    expect(JSON.stringify(second?.chunks)).toContain('"name":"weather"');
    expect(last?.text).toBe('Done: dry');
  });
});
