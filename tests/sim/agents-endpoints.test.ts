/** Bots that do an agent's task: on the other endpoints, by their prompt alone, and thinking. */
import { describe, expect, test } from 'vitest';
import { answersOf, ORDERS, resultsOf, TOOLS, user } from './agents.ts';
import { ask as askChat, askChunks, joined, simulatorForFile, type Json } from './client.ts';
import { orders as ordersOf } from './prompts.ts';
import { post, streamed, textOf, whole } from './responses.ts';

const simulator = simulatorForFile();

describe('Agent-Responds', () => {
  const functions = ['look', 'weigh', 'ask'].map((name) => ({
    type: 'function',
    name,
    parameters: { type: 'object', properties: {} },
  }));

  test.each([true, false])('goes through the steps, streamed: %s', async (stream) => {
    const input: unknown[] = [
      { role: 'developer', content: [{ type: 'input_text', text: 'Be good.' }] },
      { role: 'user', content: [{ type: 'input_text', text: ORDERS }] },
    ];
    const heard: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      const request = { input, tools: functions };
      const reply = stream
        ? ((await streamed(simulator(), 'Agent-Responds', request)).at(-1)?.['response'] as Json)
        : await whole(simulator(), 'Agent-Responds', request);
      const output = reply['output'] as unknown as readonly Json[];
      const calls = output.filter((item) => String(item['type']) === 'function_call');
      heard.push(
        textOf(reply) ??
          calls.map((call) => `${String(call['name'])} ${String(call['arguments'])}`),
      );
      input.push(...output);
      for (const { call_id: id, name } of calls as unknown as Array<Record<string, string>>) {
        input.push({ type: 'function_call_output', call_id: id, output: `last of ${name}` });
      }
    }
    expect(heard).toEqual([
      ['look {"city":"Rome"}'],
      ['weigh {"city":"Bonn"}', 'ask {"city":"Oslo"}'],
      'Done: last of ask',
    ]);
  });

  test('calls into namespaces and gives custom tools their text', async () => {
    const tools = [
      { type: 'namespace', name: 'a', description: '', tools: functions },
      { type: 'namespace', name: 'b', description: '', tools: functions },
      { type: 'namespace', name: 'c', description: '', tools: [{ type: 'custom', name: 'look' }] },
      { type: 'custom', name: 'patch' },
    ];
    const input =
      'call b.look {} & a__look {} & c.look {"input":"y"} & patch {"input":"*** Begin\\n\\"x\\""}';
    const { output } = await whole(simulator(), 'Agent-Responds', { input, tools });
    expect(output).toMatchObject([
      { type: 'function_call', name: 'look', namespace: 'b', arguments: '{}' },
      { type: 'function_call', name: 'look', namespace: 'a' },
      { type: 'custom_tool_call', name: 'look', namespace: 'c', input: 'y' },
      { type: 'custom_tool_call', name: 'patch', input: '*** Begin\n"x"' },
    ]);
  });

  test('answers in JSON at the end when it is asked to', async () => {
    const input = [
      { role: 'user', content: 'call look {}' },
      { type: 'function_call', call_id: '1', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: '1', output: 'x' },
    ];
    const text = { format: { type: 'json_object' } };
    const reply = await whole(simulator(), 'Agent-Responds', { input, tools: functions, text });
    expect(() => JSON.parse(String(textOf(reply))) as unknown).not.toThrow();
  });
});

describe('Agent-No-Tools', () => {
  const answer = answersOf(simulator, 'Agent-No-Tools');
  const described = TOOLS.map((tool) => JSON.stringify(tool)).join('\n');
  const [role, content] = ordersOf(described);
  const system = { role, content };
  const blocks = (...calls: readonly string[]): string =>
    calls.map((call) => `<tool_call>${call}</tool_call>`).join('\n');

  test('refuses tools, and follows those that its prompt describes', async () => {
    const refused = await askChat(simulator(), 'Agent-No-Tools', { tools: TOOLS });
    expect(refused.status).toBe(400);

    const messages: object[] = [system, user(ORDERS)];
    const heard: string[] = [];
    const results = [['look'], ['weigh', 'ask'], []];
    for (const names of results) {
      const said = await answer(messages, { tools: undefined });
      heard.push(said.content);
      const texts = names.map(
        (name) => `<tool_result id="1" name="x">\nlast of ${name}\n</tool_result>`,
      );
      messages.push({ role: 'assistant', content: said.content }, user(texts.join('\n')));
    }
    expect(heard).toEqual([
      blocks('{"name":"look","arguments":{"city":"Rome"}}'),
      blocks(
        '{"name":"weigh","arguments":{"city":"Bonn"}}',
        '{"name":"ask","arguments":{"city":"Oslo"}}',
      ),
      'Done: last of ask',
    ]);
  });

  test('says so when none is described', async () => {
    const said = await answer([user('call look {}')], { tools: [] });
    expect(said.content).toBe('There is no tool look among those on offer: none.');
  });
});

describe('Agent-Claude', () => {
  const BASH = { name: 'Bash', input_schema: { type: 'object' } };
  const asked = user([
    { type: 'text', text: '<system-reminder>It is noon.</system-reminder>' },
    { type: 'text', text: 'call Bash {"command":"ls"}' },
  ]);

  async function message(messages: readonly object[]): Promise<Json> {
    const response = await fetch(`${simulator().url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer good', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: 'Agent-Claude', max_tokens: 9000, tools: [BASH], messages }),
    });
    return (await response.json()) as Json;
  }

  test('goes through the steps on the messages endpoint', async () => {
    const first = await message([asked]);
    const [use] = first['content'] as unknown as Json[];
    expect(use).toMatchObject({ type: 'tool_use', name: 'Bash', input: { command: 'ls' } });
    const result = { type: 'tool_result', tool_use_id: use?.['id'], content: 'a\nb\n' };
    const history = [asked, { role: 'assistant', content: [use] }, user([result])];
    expect((await message(history))['content']).toMatchObject([{ type: 'text', text: 'Done: b' }]);
  });
});

describe('an agent that thinks', () => {
  const answer = answersOf(simulator, 'Agent-Thinks');

  test('does so before each step', async () => {
    const messages = [user('call look {}')];
    const chunks = await askChunks(simulator(), 'Agent-Thinks', { messages, tools: TOOLS });
    expect(joined(chunks, 'reasoning_content')).toContain('Next is look.');
    const first = await answer(messages);
    const history = [...messages, { role: 'assistant', ...first }, ...resultsOf(first)];
    const last = await answer(history);
    expect(last).toMatchObject({
      content: 'Done: last of look',
      reasoning_content: expect.stringContaining('Nothing is left'),
    });
  });

  test('is Claude only when it is asked to', async () => {
    const request = { input: 'Hi', reasoning: { effort: 'high', summary: 'auto' } };
    const thoughtful = await whole(simulator(), 'Agent-Claude', request);
    expect(thoughtful['output']?.[0]).toMatchObject({ type: 'reasoning' });
    const plain = await whole(simulator(), 'Agent-Claude', { input: 'Hi' });
    expect(plain['output']?.[0]).toMatchObject({ type: 'message' });
  });

  test.each(['Agent', 'Agent-No-Tools'])('%s does not list the responses endpoint', async (bot) => {
    expect((await post(simulator(), bot)).status).toBe(400);
  });
});
