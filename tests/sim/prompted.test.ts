/** Bots that follow a prompt which describes tools, and refuse tools otherwise. */
import { describe, expect, test } from 'vitest';
import { ask as askChat, askWhole, simulatorForFile, toolNamed } from './client.ts';
import { ask, toolDefinition } from './native.ts';
import {
  ASKS_FOR_FENCES,
  CALL,
  DESCRIPTIONS,
  orders,
  PLAIN,
  speaker,
  TAGGED,
  type Turn,
} from './prompts.ts';

const simulator = simulatorForFile();
const says = speaker(simulator);

describe('Follows-Prompt', () => {
  test.each(DESCRIPTIONS)('calls a tool described %s', async (_, text) => {
    expect(await says('Follows-Prompt', orders(text), ['user', 'Will it rain?'])).toBe(TAGGED);
  });

  test('calls in a fence when the prompt shows one', async () => {
    const system: Turn = ['system', `${PLAIN}\n\n${ASKS_FOR_FENCES}`];
    expect(await says('Follows-Prompt', system, ['user', 'Rain?'])).toBe(
      `\`\`\`call\n${CALL}\n\`\`\``,
    );
  });

  test('calls two for the word parallel, the one that is named, and the one that must be', async () => {
    const both = `${PLAIN}\n${PLAIN.replace('weather', 'mayor')}`;
    const mayor = TAGGED.replace('weather', 'mayor');
    expect(await says('Follows-Prompt', orders(both), ['user', 'in parallel'])).toBe(
      `${TAGGED}\n${mayor}`,
    );
    expect(await says('Follows-Prompt', orders(both), ['user', 'ask the mayor'])).toBe(mayor);
    const must = orders(`${both}\nYou must call the tool \`mayor\` now.`);
    expect(await says('Follows-Prompt', must, ['user', 'Rain?'])).toBe(mayor);
  });

  test('tells the results, one or more', async () => {
    const result = (id: string, text: string): string =>
      `<tool_result id="${id}" name="weather">${text}</tool_result>`;
    const turns: readonly Turn[] = [orders(), ['user', 'Rain?'], ['bot', TAGGED]];
    expect(
      await says('Follows-Prompt', ...turns, [
        'user',
        `${result('a', 'dry')}\n${result('b', 'wet')}`,
      ]),
    ).toBe('The tool answered: dry and wet');
  });

  test('calls again for a new question after results', async () => {
    const result: Turn = ['user', '<tool_result id="a" name="weather">dry</tool_result>'];
    expect(
      await says(
        'Follows-Prompt',
        orders(),
        ['user', 'Rain?'],
        ['bot', TAGGED],
        result,
        ['bot', 'Dry.'],
        ['user', 'And now?'],
      ),
    ).toBe(TAGGED);
  });

  test('does so when all of it is one message of the user', async () => {
    const [, text] = orders();
    expect(await says('Follows-Prompt', ['user', `${text}\n\nRain?`])).toBe(TAGGED);
  });

  test('echoes when no tools are described, and does not see those of the API', async () => {
    expect(await says('Follows-Prompt', ['user', 'Hello'])).toBe('Hello');
    const tools = [toolDefinition('weather')];
    expect((await ask(simulator(), 'Follows-Prompt', { tools })).text).toBe('Hello  there, world');
  });

  test('does the same on the chat endpoint, where it refuses tools', async () => {
    const [, content] = orders();
    const messages = [
      { role: 'system', content },
      { role: 'user', content: 'Rain?' },
    ];
    const reply = await askWhole(simulator(), 'Follows-Prompt', { messages });
    expect(reply).toMatchObject({ choices: [{ message: { content: TAGGED } }] });
  });
});

describe('tools on the chat endpoint', () => {
  test.each([
    [
      'Follows-Prompt',
      {
        message:
          'Model Follows-Prompt does not support tool calling. Use a tool-capable model or remove tools from the request.',
        param: 'model',
        code: 'unsupported_feature_for_model',
      },
    ],
    [
      'Follows-Prompt-LiteLLM',
      {
        message: expect.stringMatching(
          /^litellm\.BadRequestError: OpenAIException - tools is not supported in this model\. /,
        ),
        error_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ],
    ['Tools-In-Name-Only', { message: expect.stringContaining('litellm.BadRequestError') }],
  ])('are refused by %s in recorded words', async (bot, error) => {
    const response = await askChat(simulator(), bot, { tools: [toolNamed('look')] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', ...error },
    });
  });
});
