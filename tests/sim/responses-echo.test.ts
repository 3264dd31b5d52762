/** `POST /v1/responses`: what of a request comes back, and streams that are bent. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile } from './client.ts';
import { outputOf, post, streamed, tool, typesOf, whole } from './responses.ts';

const simulator = simulatorForFile();

describe('a response echoes', () => {
  test('what it was asked', async () => {
    const asked = {
      metadata: { a: 'b' },
      parallel_tool_calls: false,
      truncation: 'auto',
      service_tier: 'flex',
      prompt_cache_key: 'key',
      safety_identifier: 'someone',
      user: 'me',
      max_tool_calls: 3,
      max_output_tokens: 300,
      top_logprobs: 2,
    };
    const request = { ...asked, text: { verbosity: 'low' }, store: true };
    expect(await whole(simulator(), 'Responds-As-OpenAI', request)).toMatchObject({
      ...asked,
      text: { format: { type: 'text' }, verbosity: 'low' },
      // Poe's vendor keeps nothing: recorded so, though the default is to keep.
      store: false,
    });
  });

  test('defaults for the rest', async () => {
    const reply = await whole(simulator(), 'Responds-As-OpenAI', {
      service_tier: 'auto',
      reasoning: { summary: 'auto' },
    });
    expect(reply).toMatchObject({
      reasoning: { effort: 'medium', summary: 'detailed' },
      service_tier: 'default',
      truncation: 'disabled',
      max_tool_calls: null,
    });
    expect(reply).not.toHaveProperty('user');
  });

  test.each([
    ['GPT-5', 'gpt-5-2025-08-07'],
    ['GPT-4o', 'gpt-4o-2024-11-20'],
    ['Agent-Responds', 'agent-responds-2026-03-05'],
    ['Claude-Opus-4.5', 'Claude-Opus-4.5'],
  ])('of %s the name %s', async (bot, model) => {
    expect(await whole(simulator(), bot)).toMatchObject({ model });
  });

  test('has an id that is a route', async () => {
    const { id } = await whole(simulator(), 'Responds');
    const route = Buffer.from(String(id).slice('resp_'.length), 'base64').toString();
    expect(route).toMatch(/^litellm:.*;response_id:resp_[0-9a-f]{50}$/);
  });
});

describe('a bent stream', () => {
  const text = async (model: string, extra: object = {}): Promise<string> =>
    (await post(simulator(), model, { stream: true, ...extra })).text();

  test('of Responds-Unnamed has no names', async () => {
    const body = await text('Responds-Unnamed');
    expect(body).not.toContain('event:');
    expect(body).toContain('data: {"type":"response.completed"');
  });

  test('of Responds-Unnumbered has no numbers', async () => {
    expect(await text('Responds-Unnumbered')).not.toContain('sequence_number');
  });

  test('of Responds-Empty-End ends with nothing in it', async () => {
    const events = await streamed(simulator(), 'Responds-Empty-End', { tools: [tool] });
    expect(outputOf(events)).toEqual([]);
    expect(typesOf(events)).toContain('response.output_item.done');
    expect(events.at(-1)).toMatchObject({ response: { usage: { input_tokens: 3 } } });
  });

  test.each([
    ['Responds-No-Parts', 'content_part'],
    ['Responds-No-Item-Done', 'output_item.done'],
  ])('of %s has no %s', async (model, type) => {
    const body = await text(model);
    expect(body).not.toContain(type);
    expect(body).toContain('event: response.completed');
  });

  test('of Responds-Says-Done ends as a chat does', async () => {
    expect(await text('Responds-Says-Done')).toMatch(/\ndata: \[DONE\]\n\n$/);
  });

  test('of Responds-Strangers has events of no use', async () => {
    const types = typesOf(await streamed(simulator(), 'Responds-Strangers'));
    expect(types[1]).toBe('keepalive');
    expect(types.at(-2)).toBe('response.mystery.delta');
  });

  test('of Responds-Whole is none, and that of Responds-Streams always is', async () => {
    const reply = await post(simulator(), 'Responds-Whole', { stream: true });
    expect(await reply.json()).toMatchObject({ object: 'response', status: 'completed' });
    expect(await text('Responds-Streams', { stream: false })).toContain('response.completed');
  });

  test('serves an agent all the same', async () => {
    for (const model of ['Responds-Unnumbered', 'Responds-Strangers', 'Responds-No-Parts']) {
      const request = { tools: [tool], input: 'call weather {"name":"x"}' };
      const events = await streamed(simulator(), model, request);
      expect(outputOf(events)).toMatchObject([{ arguments: '{"name":"x"}' }]);
    }
  });
});
