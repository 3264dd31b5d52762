/**
 * Vercel's AI SDK with its provider for OpenAI-compatible servers: the other way that apps are
 * written.
 */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, stepCountIs, streamText } from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getWeather, heardOf, refusalOf, textOf } from './_ai-sdk.ts';
import { type Gateway, startGateway } from './gateway.ts';

let gateway: Gateway;
let poe: ReturnType<typeof createOpenAICompatible>;

beforeAll(async () => {
  gateway = await startGateway();
  poe = createOpenAICompatible({
    name: 'poe',
    apiKey: 'user-key-1234567890',
    baseURL: `${gateway.url}/v1`,
    includeUsage: true,
  });
});
afterAll(() => gateway.close());

test('text is generated with its usage', async () => {
  const result = await generateText({ model: poe('Echo'), prompt: 'one two', maxRetries: 0 });
  expect(result.text).toBe('one two');
  expect(result.usage.outputTokens).toBe(2);
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
});

test.each([true, false])('a tool loop runs through (streamed: %s)', async (streamed) => {
  const options = {
    model: poe('Tool-Caller'),
    prompt: 'What is the weather?',
    tools: { get_weather: getWeather },
    stopWhen: stepCountIs(3),
  };
  const text = await textOf(options, streamed);
  expect(text).toContain('sunny, 21 degrees');
});

test('an error before the answer is an APICallError with status and message', async () => {
  const error = await refusalOf({ model: poe('Error-402'), prompt: 'hi' });
  expect(error).toBeInstanceOf(APICallError);
  expect(error).toMatchObject({ statusCode: 402, message: expect.stringContaining('points') });
});

test('an error in the middle of a stream is an error part', async () => {
  const { types, errors } = await heardOf({ model: poe('Broken-Midway'), prompt: 'hi' });
  expect(types).toContain('text-delta');
  expect(types).toContain('error');
  expect(errors).toHaveLength(1);
});

test('aborting a stream ends the call to Poe', async () => {
  const abort = new AbortController();
  const result = streamText({ model: poe('Slow'), prompt: 'hi', abortSignal: abort.signal });
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') abort.abort();
  }
  const request = await gateway.aborted('slow');
  expect(request.path).toBe('/v1/chat/completions');
});
