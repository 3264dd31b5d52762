/** `SIMULATE_ROLES`: whole conversations in one message, on both upstreams, with files and tools. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, type House, image, startHouse } from './_poe.ts';
import { askedOf, pathsOf, post } from './_relay.ts';

const WAYS = ['chat', 'bot'] as const;

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const gatewayOf = (roles: string, way: string): Promise<Gateway> =>
  house.gateway({ SIMULATE_ROLES: roles, UPSTREAM: way }).warm();

interface Said {
  readonly role: string;
  readonly content: unknown;
  readonly attachments?: readonly unknown[];
}

/** The conversations that Poe was given with this key. */
function conversationsOf(key: string): readonly (readonly Said[])[] {
  return askedOf(house, key)
    .filter(({ path }) => /^\/(bot|v1)\//.test(path))
    .map(({ body }) => (body['messages'] ?? body['query'] ?? []) as readonly Said[]);
}

const CONVERSATION = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello there' },
  { role: 'assistant', content: 'Hi.' },
  { role: 'user', content: 'And now?' },
];
const FOLDED =
  '||>Instructions:\nBe brief.\n||>User:\nHello there\n||>Assistant:\nHi.\n||>User:\nAnd now?\n||>Assistant:\n';

describe.each(WAYS)('a conversation (%s)', (way) => {
  it.each(['1', '2'])('is one message of the user where SIMULATE_ROLES is %s', async (roles) => {
    const key = `folded-${way}-${roles}`;
    const gateway = await gatewayOf(roles, way);
    const answer = await gateway.ask('Echo', { messages: CONVERSATION }, key);
    expect(answer.content).toBe(FOLDED);
    expect(conversationsOf(key)).toMatchObject([[{ role: 'user', content: FOLDED }]]);
  });

  it('stays as it is where SIMULATE_ROLES is 0', async () => {
    const key = `unfolded-${way}`;
    await (await gatewayOf('0', way)).ask('Echo', { messages: CONVERSATION }, key);
    expect(conversationsOf(key)[0]).toHaveLength(4);
  });

  it('of a question with instructions has headings only where they are always wanted', async () => {
    const messages = CONVERSATION.slice(0, 2);
    for (const roles of ['1', '2'])
      await (await gatewayOf(roles, way)).ask('Echo', { messages }, `question-${way}-${roles}`);
    expect(conversationsOf(`question-${way}-1`)).toMatchObject([
      [{ content: '||>Instructions:\nBe brief.\n||>User:\nHello there\n||>Assistant:\n' }],
    ]);
    expect(conversationsOf(`question-${way}-2`)).toMatchObject([
      [{ role: 'user', content: 'Be brief.\n\nHello there' }],
    ]);
  });

  it('keeps its pictures', async () => {
    const key = `pictures-${way}`;
    const picture = image('data:image/png;base64,iVBORw0KGgo=');
    const [system, first, ...rest] = CONVERSATION;
    const content = [{ type: 'text', text: first?.content }, picture];
    const messages = [system, { role: 'user', content }, ...rest];
    const answer = await (await gatewayOf('1', way)).ask('Attachments', { messages }, key);
    expect(answer.status).toBe(200);
    const [said] = conversationsOf(key).at(-1) ?? [];
    const shown = way === 'bot' ? said?.attachments : said?.content;
    expect(JSON.stringify(shown)).toMatch(/image/);
    expect(conversationsOf(key).at(-1)).toHaveLength(1);
  });
});

const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: 'weather', arguments: '{"city": "Oslo"}' },
};

describe.each(WAYS)('tools (%s)', (way) => {
  it('are described in the one message, and calls are read from the answer', async () => {
    const key = `tools-${way}`;
    const gateway = await gatewayOf('1', way);
    const { calls, finish } = await gateway.ask('Follows-Prompt', { tools: [WEATHER] }, key);
    expect(calls).toMatchObject([{ name: 'weather' }]);
    expect(finish).toBe('tool_calls');
    const [conversation] = conversationsOf(key);
    expect(conversation).toHaveLength(1);
    expect(conversation?.[0]?.content).toContain('<tools>');
  });

  it('leave their results in the conversation, on a bot that has tools of its own too', async () => {
    const key = `results-${way}`;
    const messages = [
      { role: 'user', content: 'Is it warm there?' },
      { role: 'assistant', content: null, tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_1', content: '12 °C' },
    ];
    const gateway = await gatewayOf('2', way);
    const answer = await gateway.ask('Tool-Caller', { messages, tools: [WEATHER] }, key);
    expect(answer.status).toBe(200);
    const [conversation] = conversationsOf(key);
    expect(conversation).toHaveLength(1);
    expect(conversation?.[0]?.content).toMatch(/\|\|>Assistant:\n<tool_call>[^]*12 °C/);
    expect(askedOf(house, key)[0]?.body).not.toHaveProperty('tools');
  });

  it('that are called wrongly are asked for again, in one message', async () => {
    const key = `again-${way}`;
    const gateway = await gatewayOf('1', way);
    await gateway.ask('Follows-Prompt-Unknown-Tool', { tools: [WEATHER] }, key);
    expect(conversationsOf(key).map(({ length }) => length)).toEqual([1, 1]);
  });
});

it.each([
  ['/v1/messages', { model: 'Claude-Opus-4.5', max_tokens: 99, messages: CONVERSATION.slice(1) }],
  ['/v1/responses', { model: 'GPT-5', input: CONVERSATION }],
])('nothing is relayed as it is: %s', async (path, body) => {
  const key = `relay-${path.slice(4)}`;
  const gateway = await gatewayOf('1', 'auto');
  expect((await post(gateway, path, key, body)).status).toBe(200);
  expect(pathsOf(house, key)).toEqual(['/v1/chat/completions']);
  expect(conversationsOf(key)[0]).toHaveLength(1);
});
