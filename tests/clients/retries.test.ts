/** What the official SDKs see of a Poe that is busy for a moment: nothing but the answer. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.concurrent.each([nodeHost(), workerd])('a busy Poe before $name', (host) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(host, { RETRIES: '2' });
  });
  afterAll(() => gateway.close());

  const calls = (key: string): number =>
    gateway.poe.requests.filter(({ path, headers }) => {
      const shown = headers['authorization'] ?? headers['x-api-key'] ?? '';
      return path !== '/v1/models' && shown.endsWith(key);
    }).length;
  const messages = [{ role: 'user' as const, content: 'one two three' }];
  const openai = (apiKey: string): OpenAI =>
    new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  const anthropic = (apiKey: string): Anthropic =>
    new Anthropic({ apiKey, baseURL: gateway.url, maxRetries: 0 });

  test('is an answer to the OpenAI SDK, whole and streamed', async () => {
    const whole = await openai(`busy-once-openai-${host.name}`).chat.completions.create({
      model: 'Echo',
      messages,
    });
    expect(whole.choices[0]?.message.content).toBe('one two three');
    expect(calls(`busy-once-openai-${host.name}`)).toBe(2);
    const stream = openai(`busy-once-openai-stream-${host.name}`).chat.completions.stream({
      model: 'Echo',
      messages,
    });
    expect(await stream.finalContent()).toBe('one two three');
    expect(calls(`busy-once-openai-stream-${host.name}`)).toBe(2);
  });

  test('is an answer to the Anthropic SDK, whole and streamed', async () => {
    const ask = { model: 'Echo', max_tokens: 100, messages };
    const whole = await anthropic(`busy-once-anthropic-${host.name}`).messages.create(ask);
    expect(whole.content).toEqual([{ type: 'text', text: 'one two three' }]);
    expect(calls(`busy-once-anthropic-${host.name}`)).toBe(2);
    const stream = anthropic(`busy-once-anthropic-stream-${host.name}`).messages.stream(ask);
    expect(await stream.finalText()).toBe('one two three');
    expect(calls(`busy-once-anthropic-stream-${host.name}`)).toBe(2);
  });

  test('that stays busy is not asked three times three times', async () => {
    const usual = new OpenAI({
      apiKey: `busy-thrice-openai-${host.name}`,
      baseURL: `${gateway.url}/v1`,
    });
    const asked = usual.chat.completions.create({ model: 'Echo', messages });
    await expect(asked).rejects.toThrow(OpenAI.InternalServerError);
    expect(calls(`busy-thrice-openai-${host.name}`)).toBe(3);
  });
});

describe.each([nodeHost(), workerd])('RATE_LIMIT_MS on $name', (host) => {
  test('keeps calls of several clients apart, each of which is answered', async () => {
    const gateway = await startGateway(host, { RATE_LIMIT_MS: '200' });
    try {
      const ask = (name: string) =>
        new OpenAI({
          apiKey: `spaced-${name}`,
          baseURL: `${gateway.url}/v1`,
          maxRetries: 0,
        }).chat.completions
          .create({ model: 'Echo', messages: [{ role: 'user', content: name }] })
          .then(({ choices }) => choices[0]?.message.content);
      const names = ['one', 'two', 'three'];
      expect(await Promise.all(names.map(ask))).toEqual(names);
      const times = gateway.poe.requests
        .filter(({ path }) => path.endsWith('/completions'))
        .map(({ receivedAt }) => receivedAt);
      expect(times).toHaveLength(3);
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
    } finally {
      await gateway.close();
    }
  });
});
