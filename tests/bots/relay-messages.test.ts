/**
 * Clients that speak Anthropic's protocol to bots that Poe serves in it: nothing is lost on the way, in
 * either direction, and where Poe refuses the protocol or its betas the answer comes another way.
 */
import type Anthropic from '@anthropic-ai/sdk';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { claudes } from '../../sim/bots/claude.ts';
import { type Gateway, type House, startHouse } from './_poe.ts';
import {
  anthropicClient,
  askedOf,
  eventsOf,
  ignoredOf,
  pathsOf,
  post,
  upstreamOf,
  withoutIds,
} from './_relay.ts';

let house: House;
let gateway: Gateway;
beforeAll(async () => {
  house = await startHouse();
  gateway = await house.gateway().warm();
});
afterAll(() => house.close());

const MESSAGES = '/v1/messages';
const CHAT = '/v1/chat/completions';
const HELLO = 'Hello there, world';
const WEATHER = {
  name: 'weather',
  description: 'The weather of a city.',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
};

const ask = (model: string, changes: object = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model,
  max_tokens: 2048,
  messages: [{ role: 'user', content: HELLO }],
  ...changes,
});

const messages = (
  key: string,
  body: object,
  headers?: Readonly<Record<string, string>>,
): Promise<Response> => post(gateway, MESSAGES, key, body, headers);

/** What Poe answers itself, whole. */
async function direct(body: object): Promise<Anthropic.Message> {
  const response = await fetch(`${house.poe.url}${MESSAGES}`, {
    method: 'POST',
    headers: { authorization: 'Bearer direct-key', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Anthropic.Message;
}

async function answersOf(body: Anthropic.MessageCreateParamsNonStreaming, key: string) {
  const client = anthropicClient(gateway, key);
  const whole = await client.messages.create(body).withResponse();
  const stream = client.messages.stream(body);
  const { response } = await stream.withResponse();
  return { whole, streamed: { data: await stream.finalMessage(), response } };
}

describe('an answer, streamed and whole, is what Poe said', () => {
  const BOTS = claudes.map(({ name }) => name);
  const REQUESTS: readonly { readonly what: string; readonly changes: object }[] = [
    { what: 'words', changes: {} },
    { what: 'a tool', changes: { tools: [WEATHER] } },
  ];
  const ROWS = BOTS.flatMap((bot) => REQUESTS.map(({ what, changes }) => ({ bot, what, changes })));

  it.each(ROWS)('$bot with $what', async ({ bot, what, changes }) => {
    const body = ask(bot, changes);
    const said = await direct(body);
    const answers = await answersOf(body, `${bot} ${what}`.replaceAll(' ', '-').toLowerCase());
    for (const { data, response } of Object.values(answers)) {
      expect(upstreamOf(response)).toBe('poe-messages');
      expect(withoutIds(data.content)).toEqual(withoutIds(said.content));
      expect(data).toMatchObject({
        type: 'message',
        role: 'assistant',
        model: bot,
        stop_reason: said.stop_reason,
        stop_sequence: said.stop_sequence,
      });
      if (said.usage) expect(data.usage.output_tokens).toBe(said.usage.output_tokens);
    }
  });

  it('thinks, and its thoughts are signed by itself: they come back to it as they were', async () => {
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
    const body = { ...ask('Claude-Sim'), thinking, tools: [WEATHER] };
    const { whole, streamed } = await answersOf(body, 'thinks-key');
    expect(streamed.data.content).toMatchObject([{ type: 'thinking' }, { type: 'tool_use' }]);
    expect(withoutIds(streamed.data.content)).toEqual(withoutIds(whole.data.content));
    const [, call] = whole.data.content;
    if (call?.type !== 'tool_use') throw new Error('There is no call.');
    const next = await anthropicClient(gateway, 'thinks-again-key').messages.create({
      ...body,
      messages: [
        ...body.messages,
        { role: 'assistant', content: whole.data.content },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: call.id, content: 'It rains.' }],
        },
      ],
    });
    expect(next.stop_reason).toBe('end_turn');
    expect(pathsOf(house, 'thinks-again-key')).toEqual([MESSAGES]);
  });

  it('keeps to a format, which Poe itself enforces', async () => {
    const schema = {
      type: 'object',
      properties: { answer: { type: 'string' } },
      required: ['answer'],
      additionalProperties: false,
    };
    const response = await messages('format-key', {
      ...ask('Claude-Sim'),
      output_config: { format: { type: 'json_schema', schema } },
    });
    expect(upstreamOf(response)).toBe('poe-messages');
    const { content } = (await response.json()) as { content: readonly { text: string }[] };
    expect(JSON.parse(content[0]?.text ?? '')).toHaveProperty('answer');
  });

  it('stops where the client said, and says so', async () => {
    const { whole, streamed } = await answersOf(
      { ...ask('Claude-Sim-Counts'), stop_sequences: ['four'] },
      'stop-key',
    );
    for (const { data } of [whole, streamed])
      expect(data).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'four' });
  });
});

describe('a stream that is oddly framed is in the right form', () => {
  it.each([
    'Claude-Sim-No-Stop',
    'Claude-Sim-Pings',
    'Claude-Sim-Comments',
    'Claude-Sim-CRLF',
    'Claude-Sim-No-Event-Lines',
    'Claude-Sim-Done',
    'Claude-Sim-Byte-By-Byte',
    'Claude-Sim-Ignores-Stream',
    'Claude-Sim-Streams-Always',
    'Claude-Sim-No-Usage',
    'Claude-Sim-No-Reason',
  ])('%s', async (bot) => {
    const { whole, streamed } = await answersOf(ask(bot), `framed-${bot.toLowerCase()}`);
    for (const { data } of [whole, streamed])
      expect(data.content).toMatchObject([{ type: 'text', text: HELLO }]);

    const response = await messages(`framed-${bot.toLowerCase()}`, { ...ask(bot), stream: true });
    const types = (await eventsOf(response)).map(({ type }) => type);
    const written = types.filter((type) => type !== 'ping' && type !== 'content_block_delta');
    expect(written).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      ...(bot === 'Claude-Sim-No-Reason' ? [] : ['message_delta']),
      'message_stop',
    ]);
    expect(types[0]).toBe('message_start');
  });

  it('gives the input of a call in deltas, however it came', async () => {
    const response = await messages('input-key', {
      ...ask('Claude-Sim-Input-At-Start', { tools: [WEATHER] }),
      stream: true,
    });
    const events = await eventsOf(response);
    const starts = events.filter(({ type }) => type === 'content_block_start');
    expect(starts.at(-1)).toMatchObject({ content_block: { type: 'tool_use', input: {} } });
    const deltas = events.map(({ delta }) => (delta as { partial_json?: string })?.partial_json);
    expect(JSON.parse(deltas.join(''))).toHaveProperty('city');
  });
});

describe('what Poe is asked', () => {
  it('is what the client asked, but for the name, the key and unknown betas', async () => {
    const body = {
      ...ask('anthropic/CLAUDE-SIM'),
      system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
      metadata: { user_id: 'u' },
      temperature: 1,
      tools: [{ ...WEATHER, eager_input_streaming: true }],
      tool_choice: { type: 'auto' },
      stream: true,
    };
    const response = await messages('what-key', body, {
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'interleaved-thinking-2025-05-14,files-api-2025-04-14',
      'x-stainless-lang': 'js',
      'x-api-key': 'what-key',
    });
    await response.text();
    const [call] = askedOf(house, 'what-key');
    expect(call?.body).toEqual({ ...body, model: 'claude-sim' });
    expect(call?.headers).toMatchObject({
      authorization: 'Bearer what-key',
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'interleaved-thinking-2025-05-14',
    });
    expect(Object.keys(call?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([]);
    expect(ignoredOf(response)).toEqual(['anthropic-beta: files-api-2025-04-14']);
  });

  it('has no thought that another bot thought', async () => {
    const other = await anthropicClient(gateway, 'other-key').messages.create(ask('Thinker'));
    expect(other.content[0]?.type).toBe('thinking');
    const body = ask('Claude-Sim', {
      messages: [
        { role: 'user', content: HELLO },
        { role: 'assistant', content: other.content },
        { role: 'user', content: 'And now?' },
      ],
    });
    const answer = await anthropicClient(gateway, 'mixed-key').messages.create(body);
    expect(answer.content).toMatchObject([{ type: 'text', text: 'And now?' }]);
    expect(askedOf(house, 'mixed-key').map(({ body: sent }) => sent['messages'])).toEqual([
      [
        { role: 'user', content: HELLO },
        { role: 'assistant', content: [other.content[1]] },
        { role: 'user', content: 'And now?' },
      ],
    ]);
  });

  it('is asked nowhere else: a bot that is no Claude is asked in the chat', async () => {
    const response = await messages('echo-key', ask('Echo'));
    expect(upstreamOf(response)).toBe('poe-chat');
    expect(pathsOf(house, 'echo-key')).toEqual([CHAT]);
  });
});

const BETAS = {
  'anthropic-version': '2023-06-01',
  'anthropic-beta':
    'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,prompt-caching-scope-2026-01-05,mid-conversation-system-2026-04-07,effort-2025-11-24',
};

/** As Claude Code asks. */
const agent = (model: string, changes: object = {}): object => ({
  ...ask(model),
  messages: [
    { role: 'user', content: [{ type: 'text', text: HELLO }] },
    { role: 'system', content: 'Agents: none.' },
  ],
  system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral', scope: 'global' } }],
  thinking: { type: 'adaptive' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  output_config: { effort: 'high' },
  tools: [WEATHER],
  tool_choice: { type: 'none' },
  stream: true,
  ...changes,
});

describe('where Poe refuses beta features', () => {
  it('passes them to a bot that takes them', async () => {
    const response = await messages('betas-key', agent('Claude-Sim'), BETAS);
    const types = (await eventsOf(response)).map(({ type }) => type);
    expect(types.at(-1)).toBe('message_stop');
    const calls = askedOf(house, 'betas-key');
    expect(calls.map(({ body }) => body)).toEqual([agent('claude-sim')]);
    expect(ignoredOf(response)).toEqual([]);
  });

  it.each(['Claude-Sim-No-Betas', 'Claude-Sim-Older'])(
    'asks %s without, names what is lost, and remembers it for the next request',
    async (bot) => {
      const fresh = await house.gateway().warm();
      const key = `plain-${bot.toLowerCase()}`;
      for (const calls of [2, 3]) {
        const response = await post(fresh, MESSAGES, key, agent(bot), BETAS);
        expect(upstreamOf(response)).toBe('poe-messages');
        expect((await eventsOf(response)).at(-1)?.type).toBe('message_stop');
        expect(pathsOf(house, key)).toEqual(Array.from({ length: calls }, () => MESSAGES));
        expect(ignoredOf(response)).toEqual(
          expect.arrayContaining([
            'anthropic-beta: effort-2025-11-24',
            'thinking',
            'context_management',
            'output_config.effort',
            'cache_control.scope',
          ]),
        );
      }
      const [, plain, again] = askedOf(house, key);
      expect(plain?.headers).not.toHaveProperty('anthropic-beta');
      expect(plain?.body['messages']).toEqual([
        {
          role: 'user',
          content: [
            { type: 'text', text: HELLO },
            { type: 'text', text: 'Agents: none.' },
          ],
        },
      ]);
      expect(again?.body).toEqual(plain?.body);
    },
  );

  const CAPTURE = new URL('../../../shared/captures/claude-code-3.json', import.meta.url);
  test.skipIf(!existsSync(CAPTURE))('a real request of Claude Code is answered too', async () => {
    const { body, headers } = JSON.parse(readFileSync(CAPTURE, 'utf8')) as {
      readonly body: object;
      readonly headers: Readonly<Record<string, string>>;
    };
    for (const bot of ['Claude-Sim', 'Claude-Sim-No-Betas', 'Claude-Sim-Older']) {
      const response = await messages(
        `code-${bot}`,
        { ...body, model: bot },
        {
          'anthropic-version': headers['anthropic-version'] ?? '',
          'anthropic-beta': headers['anthropic-beta'] ?? '',
        },
      );
      expect(response.status).toBe(200);
      expect(upstreamOf(response)).toBe('poe-messages');
      expect((await eventsOf(response)).at(-1)?.type).toBe('message_stop');
    }
  });
});

describe('where Poe refuses the endpoint', () => {
  it('translates, and remembers it for the next request', async () => {
    const fresh = await house.gateway().warm();
    const bot = 'Claude-Sim-Not-Served';
    for (const stream of [true, false]) {
      const response = await post(fresh, MESSAGES, 'unserved-key', agent(bot, { stream }), BETAS);
      expect(upstreamOf(response)).toBe('poe-chat');
      if (stream) expect((await eventsOf(response)).at(-1)?.type).toBe('message_stop');
      else expect(await response.json()).toHaveProperty('stop_reason', 'end_turn');
    }
    expect(pathsOf(house, 'unserved-key')).toEqual([MESSAGES, MESSAGES, CHAT, CHAT]);
  });

  it('translates what Poe refuses this once, and asks as before the next time', async () => {
    const fresh = await house.gateway().warm();
    const odd = { ...ask('Claude-Sim'), stop_sequences: ['  '] };
    const response = await post(fresh, MESSAGES, 'odd-key', odd);
    expect(upstreamOf(response)).toBe('poe-chat');
    expect(pathsOf(house, 'odd-key')).toEqual([MESSAGES, CHAT]);
    const next = await post(fresh, MESSAGES, 'next-key', agent('Claude-Sim'), BETAS);
    expect(upstreamOf(next)).toBe('poe-messages');
    expect(askedOf(house, 'next-key')[0]?.headers).toHaveProperty('anthropic-beta');
  });
});

describe('a failure', () => {
  it.each([
    { bot: 'Claude-Sim', key: 'bad-key', status: 401, type: 'authentication_error' },
    { bot: 'Claude-Sim', key: 'poor-key', status: 402, type: 'billing_error' },
    { bot: 'Claude-Sim', key: 'limited-key', status: 429, type: 'rate_limit_error' },
    { bot: 'Claude-Sim', key: 'forbidden-key', status: 403, type: 'permission_error' },
    {
      bot: 'Claude-Sim-Too-Long',
      key: 'long-key',
      status: 400,
      type: 'invalid_request_error',
      says: 'prompt is too long: 208310 tokens > 200000 maximum',
    },
    {
      bot: 'Claude-Sim-Overloaded',
      key: 'overloaded-key',
      status: 529,
      type: 'overloaded_error',
      says: 'Overloaded',
    },
    {
      bot: 'Claude-Sim-Limited',
      key: 'vendor-limited-key',
      status: 429,
      type: 'rate_limit_error',
      says: 'This request would exceed the rate limit of 1,000,000 input tokens per minute.',
    },
    {
      bot: 'Claude-Sim-Error-500',
      key: 'broken-key',
      status: 502,
      type: 'api_error',
      says: 'Internal server error',
    },
  ])('$status of $bot ($key) is told, and asked nowhere else', async (row) => {
    for (const stream of [true, false]) {
      const response = await messages(`${row.key}-${stream}`, agent(row.bot, { stream }), BETAS);
      expect(response.status).toBe(row.status);
      expect(await response.json()).toMatchObject({
        type: 'error',
        error: { type: row.type, message: row.says ?? expect.stringMatching(/\w/) },
      });
      expect(pathsOf(house, `${row.key}-${stream}`)).toEqual([MESSAGES]);
    }
  });

  it('of a vendor’s limit says when to come back', async () => {
    const response = await messages('when-key', ask('Claude-Sim-Limited'));
    expect(response.headers.get('retry-after')).toBe('2');
  });

  it.each(['Claude-Sim-Error-First', 'Claude-Sim-Error-After-Ping'])(
    'of %s in a stream has a status, as long as nothing was said',
    async (bot) => {
      const response = await messages(`first-${bot}`, { ...ask(bot), stream: true });
      expect(response.status).toBe(529);
      expect(await response.json()).toMatchObject({
        error: { type: 'overloaded_error', message: 'Overloaded' },
      });
    },
  );

  it.each([
    { bot: 'Claude-Sim-Error-Midway', type: 'overloaded_error' },
    { bot: 'Claude-Sim-Ends-Quietly', type: 'api_error' },
    { bot: 'Claude-Sim-Broken-Midway', type: 'api_error' },
    { bot: 'Claude-Sim-Malformed', type: 'api_error' },
  ])('of $bot in the middle is the last event', async ({ bot, type }) => {
    const response = await messages(`midway-${bot}`, { ...ask(bot), stream: true });
    expect(response.status).toBe(200);
    const events = await eventsOf(response);
    expect(events[0]?.type).toBe('message_start');
    expect(events.filter((event) => event.type === 'error')).toEqual([
      { type: 'error', error: { type, message: expect.stringMatching(/\w/) } },
    ]);
    expect(events.at(-1)?.type).toBe('error');
    expect(events.map((event) => event.type)).not.toContain('message_stop');
  });

  it.each(['Claude-Sim-Ends-Quietly', 'Claude-Sim-Broken-Midway', 'Claude-Sim-Malformed'])(
    'of %s in a whole reply is a status',
    async (bot) => {
      const response = await messages(`whole-${bot}`, ask(bot));
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    },
  );
});

describe('a client that leaves', () => {
  it('takes the call to Poe along', async () => {
    const response = await messages('leaver-key', { ...ask('Claude-Sim-Slow'), stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const left = await house.poe.waitFor(
      ({ headers, outcome }) =>
        headers['authorization'] === 'Bearer leaver-key' && outcome !== 'open',
    );
    expect(left).toMatchObject({ path: MESSAGES, outcome: 'aborted' });
  });
});
