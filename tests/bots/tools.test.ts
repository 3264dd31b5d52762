/**
 * Tool calls of every bot that makes some, natively or because its prompt says how: each a proper
 * call with an id, a name that was offered and arguments that fit; never half a call, never twice.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Heard, type House, startHouse } from './_poe.ts';

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
};

function tool(name: string): object {
  return {
    type: 'function',
    function: { name, description: `Looks ${name} up.`, parameters: SCHEMA },
  };
}

const TOOLS = [tool('weather'), tool('time')];
const PARALLEL = { tools: TOOLS, messages: [{ role: 'user', content: 'in parallel, please' }] };
const WAYS = ['auto', 'bot', 'chat'] as const;

interface Row {
  readonly bot: string;
  readonly content?: string;
  readonly reasoning?: string;
  /** How often Poe is asked. */
  readonly asked?: number;
}

const THOUGHT = '**Considering the question**\n\nThe words are given back as they came.';

/** They have tools of their own. */
const CALLERS: readonly Row[] = [
  ...['', '-Whole', '-No-Index', '-No-Type', '-No-Id', '-Late-Name', '-CRLF', '-No-Usage'].map(
    (end): Row => ({ bot: `Tool-Caller${end}` }),
  ),
  { bot: 'Tool-Caller-Says-Stop' },
  { bot: 'Tool-Caller-Talks', content: 'Let me look that up.' },
  { bot: 'Tool-Caller-In-JSON', content: 'Let me look that up.' },
  { bot: 'Thinker-Calls', reasoning: THOUGHT },
  { bot: 'Legacy-Finish' },
  { bot: 'Strict-Tools' },
  { bot: 'Kimi-K2.5' },
  { bot: 'Claude-Haiku-3.5' },
];

/** They follow a prompt, well or badly. */
const FOLLOWERS: readonly Row[] = [
  ...['', '-Trailing-Comma', '-Single-Quotes', '-Unclosed', '-Unclosed-Tag'].map(follower),
  ...['-String-Arguments', '-Fenced', '-Fenced-Inside', '-Invents-Result'].map(follower),
  ...['-By-Letter', '-LiteLLM', '-Refuses'].map(follower),
  { bot: 'Follows-Prompt-Talks', content: 'Let me look that up.' },
  { bot: 'Follows-Prompt-Wrong-Types', asked: 2 },
  { bot: 'Follows-Prompt-Half-Wrong', asked: 2 },
  { bot: 'Follows-Prompt-Unknown-Tool', asked: 2 },
];

function follower(end: string): Row {
  return { bot: `Follows-Prompt${end}` };
}

const CASES = [...CALLERS, ...FOLLOWERS].flatMap((row) =>
  WAYS.flatMap((way) => [false, true].map((stream) => ({ bot: row.bot, row, way, stream }))),
);

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

function expectCalls({ calls, finish }: Heard, ...names: readonly string[]): void {
  expect(calls.map(({ name }) => name)).toEqual(names);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(names.length);
  for (const { id, arguments: json } of calls) {
    expect(id).toMatch(/^call_\w{8,}$/);
    expect(JSON.parse(json)).toEqual({ city: expect.any(String), days: expect.any(Number) });
  }
  expect(finish).toBe('tool_calls');
}

describe.concurrent('two parallel calls', () => {
  it.each(CASES)(
    'of $bot are proper calls ($way, streamed: $stream)',
    async ({ bot, row, way, stream }) => {
      const { content = '', reasoning = '', asked = 1 } = row;
      const key = `good-${bot}-${way}-${stream}`;
      const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { ...PARALLEL, stream }, key);
      expectCalls(answer, 'weather', 'time');
      expect(answer).toMatchObject({ status: 200, content, reasoning, files: [], ignored: [] });
      expect(answer.upstream).toBe(way === 'bot' ? 'poe-bot' : 'poe-chat');
      expect(house.asked(key)).toHaveLength(asked);
    },
  );
});

describe.concurrent('a bot that calls wrongly', () => {
  it.each(WAYS)('whatever it is told gives what it has, after one more try (%s)', async (way) => {
    for (const stream of [false, true]) {
      const key = `good-wrong-${way}-${stream}`;
      const gateway = house.gateway({ UPSTREAM: way });
      const answer = await gateway.ask(
        'Follows-Prompt-Wrong-Always',
        { tools: TOOLS, stream },
        key,
      );
      expect(answer.calls.map(({ name }) => name)).toEqual(['weather']);
      expect(JSON.parse(answer.calls[0]?.arguments ?? '')).toHaveProperty('days');
      expect(answer).toMatchObject({ content: '', finish: 'tool_calls' });
      expect(house.asked(key)).toHaveLength(2);
    }
  });

  it('keeps the right call of the first try and its id, and adds the corrected one', async () => {
    const answer = await house
      .gateway()
      .ask(
        'Follows-Prompt-Half-Wrong',
        { ...PARALLEL, stream: true, stream_options: { include_usage: true } },
        'good-half',
      );
    expectCalls(answer, 'weather', 'time');
    const [, second] = house.asked('good-half');
    expect(JSON.stringify(second?.body)).toContain('Do not repeat them.');
    // Both rounds are paid for.
    const alone = await house.gateway().ask('Follows-Prompt', { ...PARALLEL });
    expect(Number(answer.usage?.['prompt_tokens'])).toBeGreaterThan(
      Number(alone.usage?.['prompt_tokens']),
    );
  });

  it('in no JSON at all is asked once more, and is text if it stays so', async () => {
    const { content } = await house
      .gateway()
      .ask('Follows-Prompt-Garbage', { tools: TOOLS }, 'good-garbage');
    expect(house.asked('good-garbage')).toHaveLength(2);
    expect(content).toContain('look it up, would you');
  });

  it.each(['auto', 'bot'])('and breaks off ends the stream with an error (%s)', async (way) => {
    for (const bot of ['Tool-Caller-Truncated', 'Tool-Caller-Done-Early']) {
      const answer = await house
        .gateway({ UPSTREAM: way })
        .ask(bot, { tools: TOOLS, stream: true });
      expect(answer.error).toMatchObject({ code: 'upstream_error' });
      expect(answer.finish).toBeUndefined();
    }
  });

  it('never names the tool is an error', async () => {
    for (const stream of [false, true])
      expect(
        await house.gateway().ask('Tool-Caller-Nameless', { tools: TOOLS, stream }),
      ).toMatchObject({ status: 502, calls: [] });
  });
});

describe.concurrent('a bot that calls nothing', () => {
  const SAYS = [
    ['Ignores-Prompt', 'I have no tools, and I need none.'],
    ['Follows-Prompt-Mentions', 'I could write <tool_call> here, but a < b and I need no tool.'],
    ['Community-Bot', 'Hello there, world'],
  ] as const;
  it.each(SAYS)('%s is heard as it speaks', async (bot, content) => {
    for (const way of WAYS)
      for (const stream of [false, true]) {
        const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { tools: TOOLS, stream });
        expect(answer).toMatchObject({ status: 200, content, calls: [], finish: 'stop' });
      }
  });

  it('though it must is asked once more, then heard once', async () => {
    for (const [bot, said] of [
      ['Ignores-Prompt', /^I have no tools, and I need none\.$/],
      // What it says depends on what it is told.
      ['Community-Bot', /^You must call a tool in this answer\.\nAnswer again[^.]*only\.$/],
      ['Json-In-Prompt-Never', /^```json\n\{"city":\{"value":"city"\},"days":"1 or so"\}\n```$/],
    ] as const)
      for (const stream of [false, true]) {
        const body = { tools: TOOLS.slice(0, 1), tool_choice: 'required', stream };
        const key = `good-must-${bot}-${stream}`;
        const answer = await house.gateway().ask(bot, body, key);
        expect(answer).toMatchObject({ calls: [], finish: 'stop' });
        expect(answer.content).toMatch(said);
        expect(house.asked(key)).toHaveLength(2);
      }
  });
});

describe.concurrent('a bot that must call and answers in JSON', () => {
  const WRITERS: readonly Row[] = [
    { bot: 'Json-In-Prompt' },
    { bot: 'Json-In-Prompt-Bare' },
    { bot: 'Json-In-Prompt-Talks', content: 'Here is what you asked for:' },
    { bot: 'Json-In-Prompt-Broken' },
    { bot: 'Json-In-Prompt-Wrong-First', asked: 2 },
  ];
  const other = {
    type: 'function',
    function: { name: 'mayor', parameters: { properties: { year: {} }, required: ['year'] } },
  };
  const FORCED = [
    { tools: TOOLS.slice(0, 1), tool_choice: 'required' },
    { tools: TOOLS, tool_choice: { type: 'function', function: { name: 'weather' } } },
    { tools: [...TOOLS.slice(0, 1), other], tool_choice: 'required' },
  ];

  it.each(WRITERS)('has called: $bot', async ({ bot, content = '', asked = 1 }) => {
    for (const way of WAYS)
      for (const [index, body] of FORCED.entries())
        for (const stream of [false, true]) {
          const key = `good-json-${bot}-${way}-${index}-${stream}`;
          const gateway = house.gateway({ UPSTREAM: way });
          const answer = await gateway.ask(bot, { ...body, stream }, key);
          expectCalls(answer, 'weather');
          expect(answer.content).toBe(content);
          expect(house.asked(key)).toHaveLength(asked);
        }
  });

  it('is asked which tool it means where it may be either', async () => {
    const body = { tools: TOOLS, tool_choice: 'required' };
    const answer = await house.gateway().ask('Json-In-Prompt', body, 'good-either');
    expect(answer).toMatchObject({ calls: [], finish: 'stop' });
    expect(house.asked('good-either')).toHaveLength(2);
  });

  it('is only heard where it need not call', async () => {
    const body = { tools: TOOLS.slice(0, 1) };
    const answer = await house.gateway().ask('Json-In-Prompt-Bare', body, 'good-need-not');
    expect(answer).toMatchObject({ calls: [], finish: 'stop' });
    expect(JSON.parse(answer.content)).toHaveProperty('city');
    expect(house.asked('good-need-not')).toHaveLength(1);
  });
});
