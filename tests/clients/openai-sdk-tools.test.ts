/**
 * The agents' way of using tools, by the official OpenAI SDK: several steps, parallel calls, and the
 * results in order; on bots that have tools, in Poe's own protocol, and on bots that have none.
 */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { type House, startHouse } from '../bots/_poe.ts';
import { startStepper, STEPPER } from '../bots/_stepper.ts';

/** The kimi wording and the wording of the layer behind Poe, as they were recorded. */
const REFUSALS = {
  gateway: {
    error: {
      message: `Model ${STEPPER} does not support tool calling. Use a tool-capable model or remove tools from the request.`,
      type: 'invalid_request_error',
      param: 'model',
      code: 'unsupported_feature_for_model',
    },
  },
  litellm: {
    error: {
      message:
        'litellm.BadRequestError: OpenAIException - tools is not supported in this model. For a list of supported models, refer to the documentation.',
      type: 'invalid_request_error',
      code: 400,
    },
  },
};

/** Longer than any vendor takes, and no letters alone. */
const LONG = `mcp__a.server.with/a-long:name__${'and_a_tool_with_a_longer_one_'.repeat(2)}`;

function client(app: App, apiKey = 'good-key-of-an-agent'): OpenAI {
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    app.fetch(new Request(url, init));
  return new OpenAI({ apiKey, baseURL: 'http://gateway/v1', maxRetries: 0, fetch });
}

interface Worked {
  readonly content: string | null;
  /** The functions that were run, in their order. */
  readonly ran: readonly string[];
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
}

/** Lets the SDK work until the bot calls nothing more. */
async function work(app: App, stream: boolean, names: readonly string[]): Promise<Worked> {
  const ran: string[] = [];
  const tools = names.map((name, index) => ({
    type: 'function' as const,
    function: {
      name,
      description: `Does ${index}.`,
      parameters: { type: 'object', properties: { step: { type: 'integer' } }, required: ['step'] },
      parse: JSON.parse as (text: string) => { step: number },
      function: ({ step }: { step: number }): string => {
        ran.push(`${index}#${step}`);
        return `result ${index}#${step}`;
      },
    },
  }));
  const messages = [{ role: 'user' as const, content: 'Begin.' }];
  const { completions } = client(app).chat;
  const runner = stream
    ? completions.runTools({ model: STEPPER, messages, tools, stream: true })
    : completions.runTools({ model: STEPPER, messages, tools });
  const content = await runner.finalContent();
  return { content, ran, messages: runner.messages };
}

const KINDS = [
  { kind: 'a bot with tools', listsTools: true, upstream: 'auto', native: [1, 1, 1, 1] },
  // After two rounds the native protocol would lose which result belongs where.
  { kind: 'the native protocol', listsTools: true, upstream: 'bot', native: [1, 1, 0, 0] },
  { kind: 'a bot without tools', listsTools: false, upstream: 'auto', native: [0, 0, 0, 0] },
  { kind: 'one without, natively', listsTools: false, upstream: 'bot', native: [0, 0, 0, 0] },
];
const EACH = KINDS.flatMap((row) =>
  [false, true].map((stream) => ({ kind: row.kind, row, stream })),
);

describe('three steps of two calls', () => {
  test.each(EACH)(
    'by $kind end in all results, in order (streamed: $stream)',
    async ({ row, stream }) => {
      const { app, asked } = startStepper(row, { UPSTREAM: row.upstream });
      const { content, ran } = await work(app, stream, ['look_up', 'weigh']);
      expect(ran).toEqual(['0#1', '1#1', '0#2', '1#2', '0#3', '1#3']);
      expect(content).toBe(ran.map((result) => `result ${result}`).join(' '));
      expect(asked.map(({ native }) => Number(native))).toEqual(row.native);
    },
  );

  test.each(EACH)(
    'have long names for their own again, by $kind ($stream)',
    async ({ row, stream }) => {
      const { app, asked } = startStepper(row, { UPSTREAM: row.upstream });
      const { ran, messages } = await work(app, stream, [LONG, 'weigh']);
      expect(ran).toHaveLength(6);
      for (const name of asked.flatMap(({ names }) => names)) expect(name).toMatch(/^[\w-]{1,64}$/);
      const called = messages.flatMap((message) =>
        message.role === 'assistant' ? (message.tool_calls ?? []) : [],
      );
      const ids = called.map(({ id }) => id);
      expect(new Set(ids).size).toBe(6);
      expect(called.map((call) => call.type === 'function' && call.function.name)).toEqual(
        [1, 2, 3].flatMap(() => [LONG, 'weigh']),
      );
    },
  );
});

describe('a bot that refuses tools', () => {
  test.each(Object.entries(REFUSALS))(
    'in the words of the %s is asked without them',
    async (_, refusal) => {
      for (const stream of [false, true]) {
        const { app, asked } = startStepper({ listsTools: true, refusal });
        const { content } = await work(app, stream, ['look_up', 'weigh']);
        expect(content).toMatch(/^result 0#1 result 1#1 .* result 1#3$/);
        // Refused once, within the first request; every later one knows.
        expect(asked.map(({ native }) => Number(native))).toEqual([1, 0, 0, 0, 0]);
        await work(app, stream, ['look_up', 'weigh']);
        expect(asked.slice(5).map(({ native }) => Number(native))).toEqual([0, 0, 0, 0]);
      }
    },
  );

  test.each(Object.entries(REFUSALS))(
    'natively (%s) is asked natively without them',
    async (_, refusal) => {
      const { app, asked } = startStepper({ listsTools: true, refusal }, { UPSTREAM: 'bot' });
      const { content } = await work(app, true, ['look_up', 'weigh']);
      expect(content).toMatch(/^result 0#1 /);
      expect(new Set(asked.map(({ way }) => way))).toEqual(new Set(['bot']));
      expect(asked.map(({ native }) => Number(native))).toEqual([1, 0, 0, 0, 0]);
    },
  );
});

describe('a choice among tools', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.close());

  const TOOLS: OpenAI.ChatCompletionTool[] = ['get_weather', 'get_time'].map((name) => ({
    type: 'function',
    function: {
      name,
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  }));
  const NAMED = { type: 'function' as const, function: { name: 'get_time' } };

  type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;
  type Row = readonly [
    what: string,
    body: Pick<Body, 'tool_choice' | 'parallel_tool_calls'>,
    calls: readonly string[],
  ];
  const ROWS: readonly Row[] = [
    ['none', { tool_choice: 'none' }, []],
    ['auto', { tool_choice: 'auto' }, ['get_weather', 'get_time']],
    ['required', { tool_choice: 'required' }, ['get_weather', 'get_time']],
    ['named', { tool_choice: NAMED }, ['get_time']],
    ['not parallel', { parallel_tool_calls: false }, ['get_weather']],
  ];
  const BOTS = [
    ['Tool-Caller', 'auto'],
    ['Follows-Prompt', 'auto'],
    ['Follows-Prompt', 'bot'],
  ] as const;
  const CASES = ROWS.flatMap(([what, body, calls]) =>
    BOTS.map(([bot, upstream]) => ({ what, body, calls, bot, upstream })),
  );

  test.each(CASES)('$what is kept by $bot ($upstream)', async ({ body, calls, bot, upstream }) => {
    const { app } = await house.gateway({ UPSTREAM: upstream }).warm();
    const openai = client(app);
    const messages = [{ role: 'user' as const, content: 'in parallel, please' }];
    const request = { model: bot, messages, tools: TOOLS, ...body };
    const stream = openai.chat.completions.stream(request);
    const replies = [
      await openai.chat.completions.create(request),
      await stream.finalChatCompletion(),
    ];
    for (const { choices } of replies) {
      const [choice] = choices;
      expect(
        choice?.message.tool_calls?.map((call) => call.type === 'function' && call.function.name) ??
          [],
      ).toEqual(calls);
      expect(choice?.finish_reason).toBe(calls.length > 0 ? 'tool_calls' : 'stop');
      expect(choice?.message.content ?? '').toBe(calls.length > 0 ? '' : 'in parallel, please');
    }
  });
});
