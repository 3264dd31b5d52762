/** `POST /v1/messages`: bots that go wrong there, or say what only Claude says. */
import { describe, expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';
import { ask, simulatorForFile, type Json } from './client.ts';
import {
  assistant,
  post,
  streamed,
  thinking,
  tool,
  toolResult,
  typesOf,
  user,
  whole,
} from './messages.ts';
import { ask as askNatively } from './native.ts';
import { textOf, whole as respond } from './responses.ts';

const simulator = simulatorForFile();

const listing = bots.filter(({ card }) => card?.supported_endpoints.includes('/v1/messages'));

describe('a stream', () => {
  test.each([
    ['Claude-Sim-Ends-Quietly', 'content_block_delta'],
    ['Claude-Sim-No-Stop', 'message_delta'],
    ['Claude-Sim-No-Reason', 'message_stop'],
    ['Claude-Sim-Error-Midway', 'error'],
    ['Claude-Sim-Pings', 'message_stop'],
    ['Claude-Sim-Comments', 'message_stop'],
    ['Claude-Sim-CRLF', 'message_stop'],
    ['Claude-Sim-Byte-By-Byte', 'message_stop'],
    ['Claude-Sim-Slow', 'message_stop'],
  ])('of %s ends with %s', async (model, type) => {
    const events = await streamed(simulator(), model);
    expect(events.length).toBeGreaterThan(4);
    expect(events.at(-1)?.['type']).toBe(type);
  });

  test.each([
    ['Claude-Sim-Error-First', ['error']],
    ['Claude-Sim-Error-After-Ping', ['ping', 'error']],
  ])('of %s is an error', async (model, types) => {
    const response = await post(simulator(), model, { stream: true });
    expect(response.status).toBe(200);
    const events = await streamed(simulator(), model);
    expect(typesOf(events)).toEqual(types);
    expect(events.at(-1)).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
  });

  test.each([
    ['Claude-Sim-Error-Midway', 529],
    ['Claude-Sim-Error-First', 529],
    ['Claude-Sim-Overloaded', 529],
    ['Claude-Sim-Limited', 429],
    ['Claude-Sim-Error-500', 500],
    ['Claude-Sim-Too-Long', 400],
    ['Claude-Sim-Error-Nested', 400],
  ])('that is none: %s fails with %i', async (model, status) => {
    const response = await post(simulator(), model);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(response.status).toBe(status);
    expect(JSON.parse(error.message)).toHaveProperty('error.message');
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '2' : null);
  });

  test('begins with pings', async () => {
    const events = await streamed(simulator(), 'Claude-Sim-Pings');
    expect(events.slice(0, 5).map((event) => event['type'])).toEqual(Array(5).fill('ping'));
  });

  test('of Claude-Sim-Broken-Midway breaks off, and so does the whole', async () => {
    for (const stream of [true, false]) {
      const response = await post(simulator(), 'Claude-Sim-Broken-Midway', { stream });
      await expect(response.text()).rejects.toThrow('terminated');
    }
  });

  test('of Claude-Sim-No-Event-Lines has data alone', async () => {
    const response = await post(simulator(), 'Claude-Sim-No-Event-Lines', { stream: true });
    const text = await response.text();
    expect(text).toMatch(/^data: {"type":"message_start"/);
    expect(text).not.toContain('event:');
  });

  test('of Claude-Sim-Done has a [DONE], and one of Claude-Sim-Malformed no JSON', async () => {
    const done = await post(simulator(), 'Claude-Sim-Done', { stream: true });
    expect(await done.text()).toMatch(/\n\ndata: \[DONE\]\n\n$/);
    const malformed = await post(simulator(), 'Claude-Sim-Malformed', { stream: true });
    expect(await malformed.text()).toContain('data: {not json}');
  });

  test('comes though none was asked for, and the reverse', async () => {
    const always = await post(simulator(), 'Claude-Sim-Streams-Always');
    expect(await always.text()).toMatch(/^event: message_start\n/);
    const never = await post(simulator(), 'Claude-Sim-Ignores-Stream', { stream: true });
    expect(await never.json()).toMatchObject({ type: 'message' });
  });

  test('of Claude-Sim-Silent goes silent', async () => {
    const left = AbortSignal.timeout(300);
    const response = await fetch(`${simulator().url}/v1/messages`, {
      method: 'POST',
      signal: left,
      headers: { 'x-api-key': 'good', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'Claude-Sim-Silent',
        max_tokens: 1,
        stream: true,
        messages: [user('Hi')],
      }),
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('timeout');
  });
});

test('Claude-Sim-Leaky says more than it was asked for', async () => {
  const reply = await whole(simulator(), 'Claude-Sim-Leaky');
  expect(reply).toMatchObject({
    id: expect.stringMatching(/^msg_vrtx_/),
    model: 'claude-sim@20260101',
    provider_specific_fields: { trace: 'vendor-only' },
  });
  const events = await streamed(simulator(), 'Claude-Sim-Leaky');
  for (const event of events) expect(event).toHaveProperty('provider_specific_fields');
  expect(events[0]?.['message']).toHaveProperty('container', null);
});

test.each(['Claude-Sim-Searches', 'Claude-Sim-Cites', 'Claude-Sim-Redacted', 'Claude-Sim-Pauses'])(
  'what %s has said is taken back',
  async (model) => {
    const { content } = (await whole(simulator(), model, { thinking })) as unknown as {
      content: object[];
    };
    const messages = [user('a'), assistant(content), user('b')];
    const again = await post(simulator(), model, { thinking, messages });
    expect(await again.json()).toMatchObject({ type: 'message' });
  },
);

test.each([
  ['Claude-Sim-No-Input', {}],
  ['Claude-Sim-Input-At-Start', { name: 'name', age: 1 }],
])('%s calls with %j', async (model, input) => {
  const reply = await whole(simulator(), model, { tools: [tool] });
  const content = reply['content'] as unknown as readonly Json[];
  expect(content[0]).toMatchObject({ type: 'tool_use', input });
  const messages = [user('a'), assistant(content), user([toolResult(String(content[0]?.['id']))])];
  expect((await post(simulator(), model, { tools: [tool], messages })).status).toBe(200);
});

describe('every bot that lists the endpoint', () => {
  const BROKEN = /^Claude-Sim-(Silent|Broken)/;
  const REFUSING = /^Claude-Sim-(Not-Served|Error|Too-Long|Overloaded|Limited)/;

  test('is a Claude with tools', () => {
    expect(listing.length).toBeGreaterThan(50);
    for (const { name, card } of listing) {
      expect(card, name).toMatchObject({ owned_by: 'Anthropic' });
      expect(card?.supported_features, name).toContain('tools');
    }
  });

  test('answers there, streamed and whole', async () => {
    const answering = listing.filter(({ name }) => !BROKEN.test(name) && !REFUSING.test(name));
    const strange = answering.flatMap(({ name }) =>
      [true, false].map(async (stream) => {
        const response = await post(simulator(), name, { stream });
        const text = await response.text();
        return response.status === 200 && !text.includes('simulator_mistake')
          ? []
          : [`${name}: ${text}`];
      }),
    );
    expect((await Promise.all(strange)).flat()).toEqual([]);
  });

  test('answers plainly on the chat endpoint, natively, and where else it is listed', async () => {
    const strange = listing.map(async ({ name, card }) => {
      const response = await ask(simulator(), name);
      const reply = (await response.json()) as Json;
      const chat = reply['choices']?.[0]?.['message']?.['content'];
      const { text } = await askNatively(simulator(), name);
      const responds = card?.supported_endpoints.includes('/v1/responses') === true;
      const responded = responds ? textOf(await respond(simulator(), name)) : chat;
      const plain = typeof chat === 'string' && chat !== '' && responded === chat;
      return plain && text.endsWith(chat) ? [] : [name];
    });
    expect((await Promise.all(strange)).flat()).toEqual([]);
  });
});
