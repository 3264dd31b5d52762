/**
 * Clients that speak OpenAI's Responses to bots that Poe serves in it: nothing is lost on the way, in
 * either direction, and where Poe refuses the protocol or its tools the answer comes another way.
 */
import type OpenAI from 'openai';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Gateway, type House, startHouse } from './_poe.ts';
import {
  askedOf,
  eventsOf,
  ignoredOf,
  openaiClient,
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

const RESPONSES = '/v1/responses';
const CHAT = '/v1/chat/completions';
const HELLO = 'Hello there, world';
const WEATHER = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  strict: true,
};
const NAMESPACE = { type: 'namespace', name: 'agents', description: 'A', tools: [WEATHER] };
const PATCH = { type: 'custom', name: 'apply_patch', description: 'P', format: { type: 'text' } };
const SEARCH = { type: 'tool_search' };

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;
const ask = (model: string, changes: object = {}): Body => ({ model, input: HELLO, ...changes });
const said = (words: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text: words }],
});

const responses = (key: string, body: object): Promise<Response> =>
  post(gateway, RESPONSES, key, body);

/** What Poe answers itself, whole. */
async function direct(body: object): Promise<OpenAI.Responses.Response> {
  const response = await fetch(`${house.poe.url}${RESPONSES}`, {
    method: 'POST',
    headers: { authorization: 'Bearer direct-key' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as OpenAI.Responses.Response;
}

async function answersOf(body: Body, key: string) {
  const client = openaiClient(gateway, key);
  const whole = await client.responses.create(body).withResponse();
  const { stream: _, ...rest } = body;
  const streamed = await client.responses.stream(rest).finalResponse();
  return [whole.data, streamed];
}

describe('an answer, streamed and whole, is what Poe said', () => {
  const BOTS = `Responds Responds-Only Responds-Everywhere Responds-Thinking Responds-Talks
    Responds-Wrongly Responds-CRLF Responds-Length Responds-Filtered Responds-Refusing
    Responds-As-Claude Responds-As-OpenAI Responds-Unnamed Responds-Unnumbered Responds-Empty-End
    Responds-Says-Done Responds-Whole GPT-5 GPT-4o`.split(/\s+/);
  const REQUESTS: readonly { readonly what: string; readonly changes: object }[] = [
    { what: 'words', changes: { max_output_tokens: 20 } },
    { what: 'a tool', changes: { tools: [WEATHER] } },
  ];
  const ROWS = BOTS.flatMap((bot) => REQUESTS.map(({ what, changes }) => ({ bot, what, changes })));

  it.each(ROWS)('$bot with $what', async ({ bot, what, changes }) => {
    const body = ask(bot, changes);
    const poes = await direct(body);
    const key = `${bot} ${what}`.replaceAll(' ', '-').toLowerCase();
    for (const answer of await answersOf(body, key)) {
      expect(withoutIds(answer.output)).toMatchObject(withoutIds(poes.output) as object[]);
      expect(answer).toMatchObject({
        object: 'response',
        model: bot,
        status: poes.status,
        incomplete_details: poes.incomplete_details,
        usage: poes.usage,
      });
    }
    expect(pathsOf(house, key)).toEqual([RESPONSES, RESPONSES]);
  });

  it('is a whole one though Poe streams', async () => {
    const response = await responses('streams-key', ask('Responds-Streams'));
    expect(upstreamOf(response)).toBe('poe-responses');
    expect(await response.json()).toMatchObject({
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text: HELLO }] }],
    });
  });

  it('has every event that clients wait for, though Poe does not stream', async () => {
    const response = await responses('whole-key', ask('Responds-Whole', { stream: true }));
    expect((await eventsOf(response)).map(({ type }) => type)).toEqual(
      `created in_progress output_item.added content_part.added output_text.delta output_text.done
      content_part.done output_item.done completed`
        .split(/\s+/)
        .map((name) => `response.${name}`),
    );
  });

  it('has the events too that nobody knows', async () => {
    const response = await responses('new-key', ask('Responds-Strangers', { stream: true }));
    const types = (await eventsOf(response)).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['keepalive', 'response.mystery.delta']));
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
  });

  it('keeps to a format, which Poe itself enforces', async () => {
    const format = { type: 'json_schema', name: 'x', strict: true, schema: WEATHER.parameters };
    const response = await responses('format-key', ask('Responds', { text: { format } }));
    expect(upstreamOf(response)).toBe('poe-responses');
    const { output } = (await response.json()) as OpenAI.Responses.Response;
    const [item] = output;
    const part = item?.type === 'message' ? item.content[0] : undefined;
    expect(part?.type === 'output_text' && JSON.parse(part.text)).toHaveProperty('city');
  });

  it('thinks, and its encrypted thoughts come back to it', async () => {
    const body = ask('Responds-Thinking', {
      tools: [WEATHER],
      include: ['reasoning.encrypted_content'],
      store: false,
    });
    const client = openaiClient(gateway, 'thinks-key');
    const { output } = await client.responses.create(body);
    const call = output.find((item) => item.type === 'function_call');
    const result = { type: 'function_call_output', call_id: call?.call_id, output: 'It rains.' };
    const next = { ...body, input: [said(HELLO), ...output, result] } as Body;
    const answer = await client.responses.create(next);
    expect(answer.status).toBe('completed');
    expect(pathsOf(house, 'thinks-key')).toEqual([RESPONSES, RESPONSES]);
    const sent = askedOf(house, 'thinks-key')[1]?.body['input'] as readonly { type: string }[];
    const thought = sent.find(({ type }) => type === 'reasoning');
    expect(thought).toHaveProperty('encrypted_content', expect.stringMatching(/./));
  });
});

describe('what Poe is asked', () => {
  it('is what the client asked, but for the name, ids, and what Poe cannot keep', async () => {
    const body = {
      model: 'openai/RESPONDS-AS-OPENAI',
      input: [
        { ...said('One'), id: 'msg_mine' },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', id: 'fco_1', call_id: 'c', output: 'It rains.' },
        said('Two'),
      ],
      tools: [WEATHER, NAMESPACE, PATCH],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      client_metadata: { id: 'x' },
      store: false,
      stream: true,
    };
    const response = await responses('what-key', body);
    expect((await eventsOf(response)).at(-1)?.type).toBe('response.completed');
    const { client_metadata: _, ...rest } = body;
    expect(askedOf(house, 'what-key').map(({ body: sent }) => sent)).toEqual([
      {
        ...rest,
        model: 'responds-as-openai',
        input: [
          said('One'),
          { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c', output: 'It rains.' },
          said('Two'),
        ],
      },
    ]);
    expect(ignoredOf(response)).toEqual([]);
  });

  it('has the instructions, which Poe would not hear, as the first message', async () => {
    const response = await responses('told-key', ask('GPT-5', { instructions: 'Be brief.' }));
    expect(await response.json()).toMatchObject({ instructions: 'Be brief.' });
    const [call] = askedOf(house, 'told-key');
    expect(call?.body).not.toHaveProperty('instructions');
    expect(call?.body['input']).toEqual([{ role: 'system', content: 'Be brief.' }, said(HELLO)]);
  });

  it('is asked in the chat where Poe does not speak the protocol, or badly', async () => {
    for (const bot of ['Echo', 'Responds-As-Google']) {
      const response = await responses(`chat-${bot}`, ask(bot));
      expect(upstreamOf(response)).toBe('poe-chat');
      expect(pathsOf(house, `chat-${bot}`)).toEqual([CHAT]);
    }
  });
});

describe('where Poe refuses a request', () => {
  it.each([
    { bot: 'Responds-As-Claude', tools: [WEATHER, NAMESPACE] },
    { bot: 'Responds-As-Claude', tools: [WEATHER, PATCH] },
    { bot: 'Responds-As-OpenAI', tools: [WEATHER, SEARCH] },
    { bot: 'Responds-LiteLLM', tools: [WEATHER, NAMESPACE] },
  ])(
    'of a tool it does not know it is translated, and the next one at once: $bot, $tools',
    async ({ bot, tools }) => {
      const key = `tools-${bot}-${tools.map(({ type }) => type).join('-')}`;
      const fresh = await house.gateway().warm();
      for (const stream of [true, false]) {
        const response = await post(fresh, RESPONSES, key, ask(bot, { tools, stream }));
        expect(upstreamOf(response)).toBe('poe-chat');
        if (stream) expect((await eventsOf(response)).at(-1)?.type).toBe('response.completed');
        else expect(await response.json()).toMatchObject({ status: 'completed' });
      }
      expect(pathsOf(house, key)).toEqual([RESPONSES, CHAT, CHAT]);
      // A request with functions alone is still relayed.
      const plain = await post(fresh, RESPONSES, `${key}-plain`, ask(bot, { tools: [WEATHER] }));
      expect(upstreamOf(plain)).toBe('poe-responses');
    },
  );

  it('of a field it does not know it is translated too', async () => {
    const response = await responses('field-key', ask('Responds', { made_up_field: 1 }));
    expect(response.status).toBe(200);
    expect(upstreamOf(response)).toBe('poe-chat');
    expect(pathsOf(house, 'field-key')).toEqual([RESPONSES, CHAT]);
    expect(ignoredOf(response)).toContain('made_up_field');
  });

  it.each([
    { key: 'bad-key', status: 401 },
    { key: 'poor-key', status: 402 },
    { key: 'forbidden-key', status: 403 },
    { key: 'limited-key', status: 429 },
  ])('of this caller ($status) nobody else is asked', async ({ key, status }) => {
    for (const stream of [true, false]) {
      const response = await responses(`${key}-${stream}`, ask('Responds', { stream }));
      expect(response.status).toBe(status);
      expect(await response.json()).toHaveProperty('error.message');
      expect(pathsOf(house, `${key}-${stream}`)).toEqual([RESPONSES]);
    }
  });

  const CAPTURE = new URL('../../../shared/captures/codex-gpt5.5-3.json', import.meta.url);
  test.skipIf(!existsSync(CAPTURE))('a real request of Codex is answered by each', async () => {
    const { body } = JSON.parse(readFileSync(CAPTURE, 'utf8')) as { readonly body: object };
    for (const bot of [
      'Responds-As-OpenAI',
      'Responds-Any-Tool',
      'Responds-As-Claude',
      'Responds',
    ]) {
      const response = await responses(`codex-${bot}`, { ...body, model: bot });
      expect(response.status).toBe(200);
      expect((await eventsOf(response)).at(-1)?.type).toBe('response.completed');
    }
    expect(pathsOf(house, 'codex-Responds-Any-Tool')).toEqual([RESPONSES]);
  });
});

describe('a failure', () => {
  it.each([
    'Responds-Fails-Midway',
    'Responds-Error-Event',
    'Responds-Ends-Quietly',
    'Responds-No-End',
  ])('of %s in the middle is the last event, in our own words', async (bot) => {
    const response = await responses(`midway-${bot}`, ask(bot, { stream: true }));
    expect(response.status).toBe(200);
    const events = await eventsOf(response);
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('response.created');
    expect(types.filter((type) => type === 'response.failed')).toHaveLength(1);
    expect(types).not.toContain('error');
    expect(types).not.toContain('response.completed');
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { message: expect.stringMatching(/\w/) } },
    });
  });

  it('of a broken connection is the last event', async () => {
    const response = await responses('broken-key', ask('Responds-Broken-Midway', { stream: true }));
    expect((await eventsOf(response)).at(-1)?.type).toBe('response.failed');
  });

  it.each([
    { bot: 'Responds-Broken-Midway', status: 502 },
    { bot: 'Responds-Fails-Midway', status: 502 },
  ])('of $bot in a whole reply is a status', async ({ bot, status }) => {
    const response = await responses(`whole-${bot}`, ask(bot));
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error.message');
  });
});

describe('a client that leaves', () => {
  it('takes the call to Poe along', async () => {
    const response = await responses('leaver-key', ask('Responds-Silent', { stream: true }));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const left = await house.poe.waitFor(
      ({ headers, outcome }) =>
        headers['authorization'] === 'Bearer leaver-key' && outcome !== 'open',
    );
    expect(left).toMatchObject({ path: RESPONSES, outcome: 'aborted' });
  });
});
