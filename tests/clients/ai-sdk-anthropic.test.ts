/** Vercel's AI SDK with its provider for Anthropic: how many apps and agents speak to Claude. */
import { createAnthropic } from '@ai-sdk/anthropic';
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
let poe: ReturnType<typeof createAnthropic>;

beforeAll(async () => {
  gateway = await startGateway();
  poe = createAnthropic({ apiKey: 'user-key-1234567890', baseURL: `${gateway.url}/v1` });
});
afterAll(() => gateway.close());

/** The SDK warns of models whose limits it does not know. */
const usual = { maxOutputTokens: 2048, maxRetries: 0 };

test('text is generated with its usage', async () => {
  const result = await generateText({ ...usual, model: poe('Echo'), prompt: 'one two' });
  expect(result.text).toBe('one two');
  expect(result.usage).toMatchObject({ inputTokens: 2, outputTokens: 2 });
});

test('text is streamed with its usage', async () => {
  const result = streamText({ ...usual, model: poe('Echo'), prompt: 'one two three' });
  const pieces: string[] = [];
  for await (const piece of result.textStream) pieces.push(piece);
  expect(pieces).toEqual(['one', ' two', ' three']);
  expect((await result.usage).totalTokens).toBe(6);
  expect(await result.finishReason).toBe('stop');
  expect((await result.response).modelId).toBe('Echo');
});

describe('reasoning', () => {
  test('is told from the text', async () => {
    const result = streamText({ ...usual, model: poe('Thinker'), prompt: 'hello there' });
    expect(await result.text).toBe('hello there');
    expect(await result.reasoningText).toContain('Considering');
  });
});

test.each(['Tool-Caller', 'Follows-Prompt', 'Thinker-Calls'])(
  'a tool loop runs through on %s, streamed and not',
  async (bot) => {
    for (const streamed of [true, false]) {
      const options = {
        ...usual,
        model: poe(bot),
        prompt: 'What is the weather?',
        tools: { get_weather: getWeather },
        stopWhen: stepCountIs(3),
      };
      const text = await textOf(options, streamed);
      expect(text).toContain('sunny, 21 degrees');
    }
  },
);

describe('objects', () => {
  const schema = jsonSchema<{ name: string; count: number }>({
    type: 'object',
    properties: { name: { type: 'string' }, count: { type: 'integer' } },
    required: ['name', 'count'],
    additionalProperties: false,
  });
  const asked = { schema, prompt: 'give json' };
  const OBJECT = { name: expect.any(String), count: expect.any(Number) };

  test.each(['Tool-Caller', 'Follows-Prompt', 'Json-In-Prompt', 'Json-In-Prompt-Talks'])(
    'are a forced call of %s',
    async (bot) => {
      expect((await generateObject({ ...asked, ...usual, model: poe(bot) })).object).toEqual(
        OBJECT,
      );
      const partial: unknown[] = [];
      const streamed = streamObject({ ...asked, ...usual, model: poe(bot) });
      for await (const object of streamed.partialObjectStream) partial.push(object);
      expect(partial.at(-1)).toEqual(OBJECT);
    },
  );
});

describe('errors', () => {
  test('before the answer are an APICallError with status and message', async () => {
    const error = await refusalOf({ ...usual, model: poe('Error-402'), prompt: 'hi' });
    expect(error).toBeInstanceOf(APICallError);
    expect(error).toMatchObject({ statusCode: 402, message: expect.stringContaining('points') });
  });

  test('in the middle of a stream are an error part', async () => {
    const { types, errors } = await heardOf({
      ...usual,
      model: poe('Broken-Midway'),
      prompt: 'hi',
    });
    expect(types).toContain('text-delta');
    expect(types).toContain('error');
    expect(errors).toHaveLength(1);
  });
});

test('pictures reach the bot, in a message and in the result of a tool', async () => {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const image = { type: 'image' as const, image: png, mediaType: 'image/png' };
  const first = await generateText({
    ...usual,
    model: poe('Attachments'),
    messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, image] }],
  });
  expect(first.text).toContain('image/png');
  const second = await generateText({
    ...usual,
    model: poe('Attachments'),
    messages: [
      { role: 'user', content: 'look' },
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'see', input: {} }],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'call_1',
            toolName: 'see',
            output: {
              type: 'content',
              value: [{ type: 'image-data', data: png, mediaType: 'image/png' }],
            },
          },
        ],
      },
    ],
  });
  expect(second.text).toContain('image/png');
});
