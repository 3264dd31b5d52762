/**
 * Vercel's AI SDK with its provider for OpenAI, which speaks the Responses API unless told otherwise,
 * and by default refers to what it got before instead of sending it again.
 */
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateObject,
  generateText,
  jsonSchema,
  stepCountIs,
  streamObject,
  streamText,
} from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getWeather, heardOf, refusalOf, textOf } from './_ai-sdk.ts';
import { type Gateway, startGateway } from './gateway.ts';

let gateway: Gateway;
let poe: ReturnType<typeof createOpenAI>;

beforeAll(async () => {
  // That thoughts without a vendor's seal are not sent back is known.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  gateway = await startGateway();
  poe = createOpenAI({ apiKey: 'user-key-1234567890', baseURL: `${gateway.url}/v1` });
});
afterAll(() => gateway.close());

const SCHEMA = jsonSchema<{ name: string; n: number }>({
  type: 'object',
  properties: { name: { type: 'string' }, n: { type: 'number' } },
  required: ['name', 'n'],
  additionalProperties: false,
});

test('text is generated with its usage', async () => {
  const result = await generateText({ model: poe('Echo'), prompt: 'one two', maxRetries: 0 });
  expect(result.text).toBe('one two');
  expect(result.usage.outputTokens).toBe(2);
  expect(result.finishReason).toBe('stop');
  expect(gateway.poe.requests.some(({ path }) => path === '/v1/chat/completions')).toBe(true);
});

test('text is streamed with its usage', async () => {
  const result = streamText({ model: poe('Echo'), prompt: 'one two three' });
  const pieces: string[] = [];
  for await (const piece of result.textStream) pieces.push(piece);
  expect(pieces).toEqual(['one', ' two', ' three']);
  expect((await result.usage).totalTokens).toBe(6);
  expect(await result.finishReason).toBe('stop');
});

test('reasoning is told from the text', async () => {
  const result = streamText({ model: poe('Thinker'), prompt: 'hello there' });
  expect(await result.text).toBe('hello there');
  expect(await result.reasoningText).toContain('Considering');
  const whole = await generateText({ model: poe('Thinker'), prompt: 'hello there' });
  expect(whole.reasoningText).toBe(await result.reasoningText);
});

test.each([
  ['Length', 'length'],
  ['Filtered', 'content-filter'],
])('%s finishes with %s', async (model, reason) => {
  const request = { model: poe(model), prompt: 'a b c', maxOutputTokens: 2 };
  expect((await generateText(request)).finishReason).toBe(reason);
  expect(await streamText(request).finishReason).toBe(reason);
});

describe('a tool loop', () => {
  const BOTS = [
    'Tool-Caller',
    'Tool-Caller-Whole',
    'Tool-Caller-Talks',
    'Thinker-Calls',
    'Follows-Prompt',
    'Follows-Prompt-Talks',
  ];
  const CASES = BOTS.flatMap((model) =>
    [true, false].flatMap((streamed) =>
      [undefined, false].map((store) => ({ model, streamed, store })),
    ),
  );

  test.each(CASES)(
    'runs through with $model (streamed: $streamed, store: $store)',
    async ({ model, streamed, store }) => {
      const options = {
        model: poe(model),
        prompt: 'What is the weather?',
        tools: { get_weather: getWeather },
        stopWhen: stepCountIs(3),
        maxRetries: 0,
        ...(store === undefined ? {} : { providerOptions: { openai: { store } } }),
      };
      const text = await textOf(options, streamed);
      expect(text).toContain('sunny, 21 degrees');
    },
  );

  test('with two calls at once runs both', async () => {
    const result = streamText({
      model: poe('Tool-Caller'),
      prompt: 'in parallel',
      tools: { get_weather: getWeather, get_time: getWeather },
      stopWhen: stepCountIs(3),
    });
    expect(await result.text).toContain('sunny, 21 degrees and sunny, 21 degrees');
    const [first] = await result.steps;
    expect(first?.toolCalls.map(({ toolName }) => toolName)).toEqual(['get_weather', 'get_time']);
  });

  test('may be forced to one tool', async () => {
    const result = await generateText({
      model: poe('Follows-Prompt'),
      prompt: 'go',
      tools: { get_weather: getWeather, get_time: getWeather },
      toolChoice: { type: 'tool', toolName: 'get_time' },
    });
    expect(result.toolCalls.map(({ toolName }) => toolName)).toEqual(['get_time']);
  });
});

describe('objects', () => {
  test.each(['Json-In-Prompt', 'Json-In-Prompt-Wrong-First', 'Responds'])(
    'are generated and streamed, by %s',
    async (model) => {
      const request = { model: poe(model), prompt: 'give json', schema: SCHEMA, maxRetries: 0 };
      const expected = { name: expect.any(String), n: expect.any(Number) };
      expect((await generateObject(request)).object).toEqual(expected);
      const streamed = streamObject(request);
      let last: unknown;
      for await (const partial of streamed.partialObjectStream) last = partial;
      expect(last).toEqual(expected);
      expect(await streamed.object).toEqual(expected);
    },
  );
});

describe('errors', () => {
  test('before the answer are APICallErrors with status and message', async () => {
    const error = await refusalOf({ model: poe('Error-402'), prompt: 'hi' });
    expect(error).toBeInstanceOf(APICallError);
    expect(error).toMatchObject({ statusCode: 402, message: expect.stringContaining('points') });
  });

  test('in the middle of a stream are error parts', async () => {
    const { types, errors } = await heardOf({ model: poe('Broken-Midway'), prompt: 'hi' });
    expect(types).toContain('text-delta');
    expect(types).toContain('error');
    expect(errors).toHaveLength(1);
  });
});

test('a conversation goes on, though the SDK only refers to what was said', async () => {
  const first = await generateText({ model: poe('Echo'), prompt: 'one' });
  const second = await generateText({
    model: poe('Echo'),
    messages: [
      { role: 'user', content: 'one' },
      ...first.response.messages,
      { role: 'user', content: 'two' },
    ],
  });
  expect(second.text).toBe('two');
  const { body } = gateway.poe.requests.findLast(({ path }) => path.endsWith('/completions')) ?? {};
  expect(body).toMatchObject({ messages: [{}, { role: 'assistant', content: 'one' }, {}] });
});
