/**
 * Parameters of a bot's own: from wherever a client writes them, as the bot declares them, and named
 * in `x-poeway-ignored` where they cannot go.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from './_poe.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

interface Row {
  readonly what: string;
  readonly body: object;
  /** What the bot was given. */
  readonly given: object;
  readonly ignored?: readonly string[];
  readonly upstream?: string;
}

/** Of a bot whose card declares one of every kind. */
const DECLARED: readonly Row[] = [
  { what: 'at the top level', body: { steps: 3 }, given: { steps: 3 } },
  { what: 'in extra_body', body: { extra_body: { aspect: '16:9' } }, given: { aspect: '16:9' } },
  {
    what: 'in both, of which the top level wins',
    body: { steps: 3, extra_body: { steps: 4, city: 'Rome' } },
    given: { steps: 3, city: 'Rome' },
  },
  {
    what: 'of another type that can be meant in one way',
    body: { steps: '5', duration: 4, web_search: 'true', effort: 'HIGH', tile: 1, city: 7 },
    given: { steps: 5, duration: '4', web_search: true, effort: 'high', tile: true, city: '7' },
  },
  {
    what: 'out of range, undeclared, or of OpenAI alone',
    body: { creativity: 3, aspect: '2:1', nonsense: 1, seed: 4, steps: 2 },
    given: { steps: 2 },
    ignored: ['seed', 'creativity', 'aspect', 'nonsense'],
  },
  { what: 'that are null', body: { steps: null, city: null }, given: {} },
  {
    what: 'declared without a schema',
    body: { anything: { a: [1] } },
    given: { anything: { a: [1] } },
  },
  { what: 'as web_search_options', body: { web_search_options: {} }, given: { web_search: true } },
];

/** The same natively, with what the protocol has no place for. */
const NATIVE: readonly Row[] = [
  ...DECLARED,
  {
    what: 'beside a length and a top_p',
    body: { steps: 2, max_tokens: 9, top_p: 0.5, temperature: 0.3 },
    given: { steps: 2 },
    ignored: ['max_tokens', 'top_p'],
  },
];

const CASES = [
  ...DECLARED.map((row) => ({ row, way: 'auto', served: 'poe-chat' })),
  ...NATIVE.map((row) => ({ row, way: 'bot', served: 'poe-bot' })),
].flatMap(({ row, way, served }) =>
  [false, true].map((stream) => ({ what: row.what, row, way, served, stream })),
);

describe.concurrent('parameters', () => {
  it.each(CASES)('$what ($way, streamed: $stream)', async ({ row, way, served, stream }) => {
    const gateway = house.gateway({ UPSTREAM: way });
    const answer = await gateway.ask('Parameters', { ...row.body, stream });
    expect(answer).toMatchObject({ status: 200, upstream: served, ignored: row.ignored ?? [] });
    expect(JSON.parse(answer.content)).toEqual(row.given);
  });
});

describe.concurrent('an effort', () => {
  const EFFORTS = [
    ['Claude-Opus-4.5', 'medium', { thinking_budget: 32_000, output_effort: 'medium' }],
    ['Claude-Opus-4.5', 'none', { thinking_budget: 0 }],
    ['Claude-Sonnet-4.5', 'low', { thinking_budget: 6_400 }],
    ['GPT-5', 'none', { reasoning_effort: 'minimal' }],
    ['GPT-5', 'xhigh', { reasoning_effort: 'high' }],
    ['o4-mini', 'minimal', { reasoning_effort: 'low' }],
    ['Gemini-2.5-Flash', 'medium', { thinking_budget: 12_288 }],
    ['Kimi-K2.5', 'none', { enable_thinking: false }],
    ['Kimi-K2.5', 'high', { enable_thinking: true }],
    ['Parameters', 'max', { effort: 'max' }],
    ['Thinking-Claude', 'minimal', { thinking_budget: 3_200 }],
  ] as const;
  it.each(EFFORTS)('of %s that is %s is said in its own terms', async (bot, effort, given) => {
    for (const way of ['chat', 'bot']) {
      const key = `good-${bot}-${effort}-${way}`;
      const answer = await house
        .gateway({ UPSTREAM: way })
        .ask(bot, { reasoning_effort: effort }, key);
      expect(answer).toMatchObject({ status: 200, ignored: [] });
      const body = house.asked(key)[0]?.body as {
        query?: readonly { readonly parameters: object }[];
      };
      expect(body.query?.at(-1)?.parameters ?? body).toMatchObject(given);
      if (way === 'bot') expect(body.query?.at(-1)?.parameters).toEqual(given);
    }
  });

  it('that is none of anybody’s is named', async () => {
    const answer = await house.gateway().ask('Parameters', { reasoning_effort: 'turbo' });
    expect(answer).toMatchObject({ content: '{}', ignored: ['reasoning_effort'] });
  });

  it('has no place natively where the bot declares none', async () => {
    const gateway = house.gateway({ UPSTREAM: 'bot' });
    expect(await gateway.ask('Echo', { reasoning_effort: 'low' })).toMatchObject({
      status: 200,
      ignored: ['reasoning_effort'],
    });
  });

  it('that the chat endpoint refuses for this bot is asked for natively', async () => {
    const answer = await house
      .gateway()
      .ask('Assistant', { reasoning_effort: 'high' }, 'good-assistant');
    expect(answer).toMatchObject({
      status: 200,
      upstream: 'poe-bot',
      ignored: ['reasoning_effort'],
    });
    expect(house.asked('good-assistant')).toHaveLength(2);
  });
});

describe('a bot that refused one request on the chat endpoint', () => {
  it('is asked there again with the next', async () => {
    const gateway = house.gateway();
    await gateway.ask('Assistant', { reasoning_effort: 'high' });
    expect(await gateway.ask('Assistant', { reasoning_effort: 'medium' })).toMatchObject({
      upstream: 'poe-chat',
      ignored: [],
    });
  });
});

describe.concurrent('a community bot', () => {
  it.each([false, true])('is asked natively with parameters (streamed: %s)', async (stream) => {
    const body = { steps: 3, extra_body: { style: 'noir', deep: { a: [true] } }, stream };
    const answer = await house.gateway().ask('Community-Parameters', body);
    expect(answer).toMatchObject({ status: 200, upstream: 'poe-bot', ignored: [] });
    expect(JSON.parse(answer.content)).toEqual({ steps: 3, style: 'noir', deep: { a: [true] } });
  });

  it('is asked by the chat endpoint without', async () => {
    expect(await house.gateway().ask('Community-Parameters')).toMatchObject({
      upstream: 'poe-chat',
      content: '{}',
    });
  });

  it('loses them, and says so, where only the chat endpoint is allowed', async () => {
    const gateway = house.gateway({ UPSTREAM: 'chat' });
    expect(await gateway.ask('Community-Parameters', { steps: 3 })).toMatchObject({
      content: '{}',
      ignored: ['steps'],
    });
  });
});

describe('a length by its newer name', () => {
  it('is named by it where it is ignored', async () => {
    const gateway = house.gateway({ UPSTREAM: 'bot' });
    const { ignored } = await gateway.ask('Echo', { max_completion_tokens: 9 });
    expect(ignored).toEqual(['max_completion_tokens']);
  });
});
