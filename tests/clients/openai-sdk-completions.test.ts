/** The official OpenAI SDK's legacy completions, against a real host in front of the simulator. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.each([nodeHost(), workerd])("the OpenAI SDK's completions on $name", (host) => {
  let gateway: Gateway;
  let openai: OpenAI;

  beforeAll(async () => {
    gateway = await startGateway(host);
    openai = new OpenAI({
      apiKey: 'user-key-1234567890',
      baseURL: `${gateway.url}/v1`,
      maxRetries: 0,
    });
  });
  afterAll(() => gateway.close());

  type Params = Omit<OpenAI.CompletionCreateParamsStreaming, 'stream'>;

  async function chunksOf(params: Params): Promise<OpenAI.Completion[]> {
    const chunks: OpenAI.Completion[] = [];
    const stream = await openai.completions.create({ ...params, stream: true });
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  }

  const texts = (chunks: readonly OpenAI.Completion[], index = 0): readonly string[] =>
    chunks
      .flatMap(({ choices }) => choices)
      .filter((choice) => choice.index === index)
      .map(({ text }) => text);

  describe('a completion', () => {
    test('has the text, the reason, the counts and the name that was asked for', async () => {
      const completion = await openai.completions.create({ model: 'SHOUTS', prompt: 'one two' });
      expect(completion).toMatchObject({
        id: expect.stringMatching(/^cmpl-\w+$/),
        object: 'text_completion',
        model: 'SHOUTS',
        choices: [{ text: 'ONE TWO', index: 0, logprobs: null, finish_reason: 'stop' }],
        usage: { completion_tokens: 2 },
      });
    });

    test('of several prompts has their answers in the order of the prompts', async () => {
      const { choices } = await openai.completions.create({
        model: 'Shouts',
        prompt: ['a b', 'c d', 'e f'],
        n: 2,
      });
      expect(choices.map(({ text }) => text)).toEqual(['A B', 'A B', 'C D', 'C D', 'E F', 'E F']);
      expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    test('has the prompt before it where an echo is wanted', async () => {
      const { choices } = await openai.completions.create({
        model: 'Shouts',
        prompt: 'one ',
        echo: true,
      });
      expect(choices[0]?.text).toMatch(/^one ONE\s?$/);
    });

    test('by a bot that says the prompt again is what comes after it: nothing', async () => {
      const { choices } = await openai.completions.create({ model: 'Echo', prompt: 'one two' });
      expect(choices[0]).toMatchObject({ text: '', finish_reason: 'stop' });
    });

    test('by a bot that thinks has no thoughts in it', async () => {
      const { choices } = await openai.completions.create({
        model: 'Thinker',
        prompt: 'hello there',
        echo: true,
      });
      expect(choices[0]?.text).toBe('hello there');
    });

    test('ends before a stop sequence, though the bot goes on', async () => {
      const { choices } = await openai.completions.create({
        model: 'Counts',
        prompt: 'count',
        stop: [' four'],
      });
      expect(choices[0]).toMatchObject({ text: 'one two three', finish_reason: 'stop' });
    });

    test.each([
      ['Length', 'length'],
      ['Filtered', 'content_filter'],
    ])('by %s ends with %s', async (model, reason) => {
      const prompt = 'one two three';
      const { choices } = await openai.completions.create({ model, prompt, max_tokens: 2 });
      expect(choices[0]?.finish_reason).toBe(reason);
    });
  });

  describe('a stream', () => {
    test('gives the text piece by piece, and the usage in a last chunk without choices', async () => {
      const chunks = await chunksOf({
        model: 'Shouts',
        prompt: 'one two three',
        stream_options: { include_usage: true },
      });
      expect(texts(chunks)).toEqual(['ONE', ' TWO', ' THREE', '']);
      expect(chunks.every(({ object }) => object === 'text_completion')).toBe(true);
      expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
    });

    test('gives the echo first, and each choice by its index', async () => {
      const chunks = await chunksOf({ model: 'Shouts', prompt: ['a b', 'c d'], echo: true });
      expect(texts(chunks, 0)).toEqual(['a b', 'A', ' B', '']);
      expect(texts(chunks, 1)).toEqual(['c d', 'C', ' D', '']);
    });

    test.each(['Byte-By-Byte', 'Split-UTF8', 'CRLF'])(
      'by %s has no piece of a repeated prompt',
      async (model) => {
        const prompt = 'héllo 👋 世界 again';
        expect(texts(await chunksOf({ model, prompt, echo: true })).join('')).toContain(prompt);
        const alone = texts(await chunksOf({ model, prompt })).join('');
        expect(alone.startsWith(prompt)).toBe(false);
      },
    );

    test('that breaks off throws, with what came before', async () => {
      const seen: string[] = [];
      const stream = await openai.completions.create({
        model: 'Error-Midway',
        prompt: 'hi',
        stream: true,
      });
      const reading = (async () => {
        for await (const { choices } of stream) seen.push(choices[0]?.text ?? '');
      })();
      await expect(reading).rejects.toThrow(OpenAI.APIError);
      expect(seen.join('')).not.toBe('');
    });

    test('that is left ends the call to Poe', async () => {
      const stream = await openai.completions.create({ model: 'Slow', prompt: 'hi', stream: true });
      for await (const _ of stream) break;
      const call = await gateway.aborted('slow');
      expect(call.path).toBe('/v1/chat/completions');
    });
  });

  describe('an error', () => {
    test.each([
      [
        'a prompt of tokens',
        { model: 'Echo', prompt: [1, 2, 3] },
        OpenAI.BadRequestError,
        /Send the text/,
      ],
      ['a blank prompt', { model: 'Echo', prompt: ' ' }, OpenAI.BadRequestError, /blank/],
      ['too many', { model: 'Echo', prompt: 'a', n: 9 }, OpenAI.BadRequestError, /at most 8/],
      ['no points', { model: 'Error-402', prompt: 'a' }, OpenAI.APIError, /402/],
    ])('for %s is the SDK’s own class', async (_, params, kind, says) => {
      const asked = openai.completions.create({ ...params, stream: false });
      await expect(asked).rejects.toThrow(kind);
      await expect(openai.completions.create({ ...params, stream: true })).rejects.toThrow(says);
    });
  });
});
