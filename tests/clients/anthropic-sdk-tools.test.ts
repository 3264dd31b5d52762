/**
 * The agents' way of using tools, by the official Anthropic SDK: its tool runner with and without
 * threads, parallel calls, and Anthropic's own kinds of tools; on bots that have tools, and on bots
 * that have none.
 */
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject } from '../../src/lib/json.ts';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.each([nodeHost(), workerd])("the Anthropic SDK's tools on $name", (host) => {
  let gateway: Gateway;
  let anthropic: Anthropic;

  beforeAll(async () => {
    gateway = await startGateway(host);
    anthropic = new Anthropic({
      apiKey: 'user-key-1234567890',
      baseURL: gateway.url,
      maxRetries: 0,
    });
  });
  afterAll(() => gateway.close());

  const SCHEMA = {
    type: 'object' as const,
    properties: { city: { type: 'string' } },
    required: ['city'],
  };
  const WEATHER: Anthropic.Tool = { name: 'get_weather', input_schema: SCHEMA };
  const TIME: Anthropic.Tool = { name: 'get_time', input_schema: SCHEMA };

  const ask = (model: string, content = 'What is the weather?') => ({
    model,
    max_tokens: 2048,
    messages: [{ role: 'user' as const, content }],
  });

  /** Bots with tools, and bots that must be told of them in the prompt. */
  const CALLERS = [
    'Tool-Caller',
    'Tool-Caller-Whole',
    'Tool-Caller-No-Index',
    'Tool-Caller-Talks',
    'Tool-Caller-Says-Stop',
    'Thinker-Calls',
    'Responds',
    'Follows-Prompt',
    'Follows-Prompt-Talks',
    'Follows-Prompt-LiteLLM',
  ];

  async function answer(
    streamed: boolean,
    params: Anthropic.MessageCreateParamsNonStreaming,
  ): Promise<Anthropic.Message> {
    return streamed
      ? anthropic.messages.stream(params).finalMessage()
      : anthropic.messages.create(params);
  }

  describe.each([false, true])('a call (streamed: %s)', (streamed) => {
    test.each(CALLERS)('by %s is a tool_use with its input', async (bot) => {
      const message = await answer(streamed, { ...ask(bot), tools: [WEATHER, TIME] });
      expect(message.stop_reason).toBe('tool_use');
      expect(message.content.at(-1)).toEqual({
        type: 'tool_use',
        id: expect.stringMatching(/./),
        name: 'get_weather',
        input: { city: expect.any(String) },
      });
    });

    test.each(['Tool-Caller', 'Follows-Prompt'])('may be several, by %s', async (bot) => {
      const message = await answer(streamed, { ...ask(bot, 'parallel'), tools: [WEATHER, TIME] });
      const calls = message.content.filter((block) => block.type === 'tool_use');
      expect(calls.map(({ name }) => name)).toEqual(['get_weather', 'get_time']);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    });

    test.each(['Tool-Caller', 'Follows-Prompt'])('may be one at most, by %s', async (bot) => {
      const message = await answer(streamed, {
        ...ask(bot, 'parallel'),
        tools: [WEATHER, TIME],
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      });
      expect(message.content.filter(({ type }) => type === 'tool_use')).toHaveLength(1);
    });

    test.each(['Tool-Caller', 'Follows-Prompt'])(
      'may be of a tool that is named, by %s',
      async (bot) => {
        const message = await answer(streamed, {
          ...ask(bot),
          tools: [WEATHER, TIME],
          tool_choice: { type: 'tool', name: 'get_time' },
        });
        expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name: 'get_time' });
      },
    );

    test.each(['Tool-Caller', 'Follows-Prompt'])('may be forbidden, to %s', async (bot) => {
      const message = await answer(streamed, {
        ...ask(bot),
        tools: [WEATHER],
        tool_choice: { type: 'none' },
      });
      expect(message.stop_reason).toBe('end_turn');
      expect(message.content.map(({ type }) => type)).toEqual(['text']);
    });
  });

  describe('the tool runner', () => {
    interface Ran {
      readonly cities: readonly string[];
      readonly final: Anthropic.Beta.BetaMessage;
    }

    async function run(bot: string, options: { stream?: boolean; thread?: false }): Promise<Ran> {
      const cities: string[] = [];
      const tool = {
        type: 'custom' as const,
        name: 'get_weather',
        description: 'Weather of a city',
        input_schema: SCHEMA,
        parse: (input: unknown) => input as { city: string },
        run: ({ city }: { city: string }) => {
          cities.push(city);
          return 'sunny, 21 degrees';
        },
      };
      const { stream, ...rest } = options;
      const params = { ...ask(bot), tools: [tool], max_iterations: 4, ...rest };
      const runner = stream
        ? anthropic.beta.messages.toolRunner({ ...params, stream: true })
        : anthropic.beta.messages.toolRunner(params);
      return { final: await runner.runUntilDone(), cities };
    }

    const WAYS = CALLERS.flatMap((bot) =>
      [{}, { stream: true }].map((options) => ({ bot, options })),
    );

    test.each(WAYS)('runs through by $bot ($options)', async ({ bot, options }) => {
      const { final, cities } = await run(bot, options);
      expect(cities).toHaveLength(1);
      expect(final.stop_reason).toBe('end_turn');
      expect(JSON.stringify(final.content)).toContain('sunny, 21 degrees');
    });

    // The runner wants a thread unless it is told not to.
    test.each<{ stream?: boolean; thread?: false }>([{}, { stream: true }, { thread: false }])(
      'sends the whole conversation, though it wants a thread (%o)',
      async (options) => {
        const seen = gateway.poe.requests.length;
        const { final, cities } = await run('Tool-Caller', options);
        expect(cities).toHaveLength(1);
        expect(JSON.stringify(final.content)).toContain('sunny, 21 degrees');
        const asked = gateway.poe.requests
          .slice(seen)
          .flatMap(({ body }) =>
            isJsonObject(body) && body['messages'] ? [body['messages']] : [],
          );
        expect(asked.map((messages) => (messages as unknown[]).length)).toEqual([1, 3]);
      },
    );

    test('is told that a thread is not to be had', async () => {
      const error: unknown = await anthropic.beta.messages
        .create({
          ...ask('Echo'),
          thread: { type: 'create' },
          betas: ['message-threads-2026-08-12'],
        })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Anthropic.BadRequestError);
      expect(error).toMatchObject({
        errorCode: 'thread_unsupported_request',
        details: { unsupported: ['thread'] },
      });
    });

    test('hears of a tool that fails, and goes on', async () => {
      const tool = {
        type: 'custom' as const,
        name: 'get_weather',
        input_schema: SCHEMA,
        parse: (input: unknown) => input,
        run: (): string => {
          throw new Error('the station is closed');
        },
      };
      const runner = anthropic.beta.messages.toolRunner({ ...ask('Tool-Caller'), tools: [tool] });
      const final = await runner.runUntilDone();
      expect(JSON.stringify(final.content)).toContain('Error: the station is closed');
    });

    test('can be given a tool, and lose it, on the way', async () => {
      const message = await anthropic.beta.messages.create({
        model: 'Tool-Caller',
        max_tokens: 100,
        tools: [WEATHER],
        messages: [
          { role: 'user', content: 'hello' },
          {
            role: 'system',
            content: [
              { type: 'tool_removal', tool: { type: 'tool_reference', name: 'get_weather' } },
              { type: 'tool_addition', tool: { type: 'tool_definition', definition: TIME } },
            ],
          },
          { role: 'user', content: 'What time is it?' },
        ],
      });
      expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name: 'get_time' });
    });
  });

  describe('tools of Anthropic’s', () => {
    test.each([
      { type: 'bash_20250124', name: 'bash', fields: ['command'] },
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', fields: ['path'] },
      { type: 'text_editor_20250124', name: 'str_replace_editor', fields: ['path'] },
      { type: 'memory_20250818', name: 'memory', fields: ['command'] },
    ] as const)('$type is an ordinary function here', async ({ type, name }) => {
      const tools = [{ type, name }] as Anthropic.ToolUnion[];
      for (const bot of ['Tool-Caller', 'Follows-Prompt']) {
        const message = await anthropic.messages.create({ ...ask(bot), tools });
        expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name });
      }
    });

    test('what Anthropic runs is dropped and named', async () => {
      const { data, response } = await anthropic.beta.messages
        .create({
          ...ask('Tool-Caller'),
          tools: [
            { type: 'code_execution_20250825', name: 'code_execution' },
            {
              type: 'computer_20250124',
              name: 'computer',
              display_width_px: 9,
              display_height_px: 9,
            },
            { type: 'web_search_20250305', name: 'web_search' },
            WEATHER,
          ],
        })
        .withResponse();
      expect(data.stop_reason).toBe('tool_use');
      expect(response.headers.get('x-poeway-ignored')?.split(', ').toSorted()).toEqual([
        'tools[].code_execution_20250825',
        'tools[].computer_20250124',
        'tools[].web_search_20250305',
      ]);
    });

    test('a bot that declares a search of the web is told to search', async () => {
      const { data, response } = await anthropic.messages
        .create({
          ...ask('Parameters'),
          tools: [{ type: 'web_search_20250305', name: 'web_search' }],
          tool_choice: { type: 'tool', name: 'web_search' },
        })
        .withResponse();
      expect(JSON.stringify(data.content)).toContain('web_search\\":true');
      expect(response.headers.get('x-poeway-ignored')).toBe('tool_choice');
    });
  });
});
