/** The model list's entries for bots that go another way than the chat endpoint, and parameters. */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../sim/catalogue.ts';
import { ask as askChat, simulatorForFile } from './client.ts';
import { ask, protocolMessage, query } from './native.ts';

const simulator = simulatorForFile();

function cardOf(id: string) {
  const card = catalogue.find((entry) => entry.id === id);
  if (!card) throw new Error(`${id} is not listed`);
  return card;
}

test.each([
  ['responds', ['/v1/responses', '/v1/chat/completions'], ['tools']],
  ['responds-only', ['/v1/responses'], ['tools']],
  ['follows-prompt', ['/v1/chat/completions'], []],
  ['progress-video', ['/v1/videos'], []],
  ['kimi-k2.5', [], ['tools']],
  ['tools-in-name-only', ['/v1/chat/completions'], ['tools']],
])('%s lists the endpoints %j and the features %j', (id, endpoints, features) => {
  expect(cardOf(id)).toMatchObject({
    supported_endpoints: endpoints,
    supported_features: features,
  });
});

describe('Parameters', () => {
  test('declares parameters of every kind', () => {
    const { parameters } = cardOf('parameters');
    expect(parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          schema: { type: 'number', minimum: 0, maximum: 2 },
          default_value: 0.7,
        }),
        expect.objectContaining({ schema: { enum: ['4', '6', '8'] }, default_value: '8' }),
        expect.objectContaining({ schema: { type: 'boolean' }, default_value: false }),
        { name: 'tile', schema: { type: 'boolean' } },
        { name: 'anything', description: 'Declared without a schema.' },
      ]),
    );
  });

  test('tells those of the last message natively, and those of the request on chat', async () => {
    const given = { duration: '6', creativity: 1.5, anything: { at: ['all'] } };
    const told = '{"anything":{"at":["all"]},"creativity":1.5,"duration":"6"}';
    const earlier = protocolMessage('first', { parameters: { city: 'Rome' } });
    const last = protocolMessage('second', { parameters: given });
    expect((await ask(simulator(), 'Parameters', { query: [earlier, last] })).text).toBe(told);
    const reply = await askChat(simulator(), 'Parameters', given);
    expect(await reply.json()).toMatchObject({ choices: [{ message: { content: told } }] });
  });

  test.each([
    [{ duration: 6 }, "Supported values are: '4', '6', '8'"],
    [{ creativity: 3 }, 'less than or equal to 2'],
    [{ steps: '20' }, 'valid number'],
    [{ web_search: 'true' }, 'valid boolean'],
  ])('%j is refused both ways', async (parameters, words) => {
    const natively = await query(simulator(), 'Parameters', {
      query: [protocolMessage('hi', { parameters })],
    });
    const onChat = await askChat(simulator(), 'Parameters', parameters);
    expect([natively.status, onChat.status]).toEqual([400, 400]);
    expect(await natively.text()).toContain(words);
    expect(await onChat.text()).toContain(words);
  });

  test('of a bot in no list are passed on natively', async () => {
    const parameters = { whatever: 1 };
    const { text } = await ask(simulator(), 'Community-Parameters', {
      query: [protocolMessage('hi', { parameters })],
    });
    expect(text).toBe('{"whatever":1}');
  });
});

test('Conversation tells roles and texts, by the names of the chat endpoint', async () => {
  const turns = [
    ['system', 'Be kind.'],
    ['user', 'Hi'],
    ['bot', 'Hello'],
    ['user', 'Bye'],
  ].map(([role, content = '']) => protocolMessage(content, { role }));
  const { text } = await ask(simulator(), 'Conversation', { query: turns });
  expect(text).toBe('system: "Be kind."\nuser: "Hi"\nassistant: "Hello"\nuser: "Bye"');
});
