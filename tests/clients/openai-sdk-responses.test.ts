/**
 * The official OpenAI SDK on its newer API, in front of the simulator: answers whole and streamed,
 * tools, JSON, errors.
 */
import OpenAI from 'openai';
import { makeParseableTextFormat } from 'openai/lib/parser';
import { toResponseInputItems } from 'openai/lib/responses/ResponseInputItems';
import type {
  FunctionTool,
  Response,
  ResponseInput,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.each([nodeHost(), workerd])("the OpenAI SDK's responses on $name", (host) => {
  let gateway: Gateway;
  let openai: OpenAI;

  beforeAll(async () => {
    gateway = await startGateway(host);
    openai = client('user-key-1234567890');
  });
  afterAll(() => gateway.close());

  function client(apiKey: string): OpenAI {
    return new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  }

  const TOOLS: FunctionTool[] = ['get_weather', 'get_time'].map((name) => ({
    type: 'function',
    name,
    strict: false,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  }));

  /** The answer without what is never the same twice. */
  function gist({ id, created_at, output, ...rest }: Response): object {
    const items = output.map((item) => ({ ...item, id: '', call_id: '' }));
    return { ...rest, isResponse: id.startsWith('resp_') && created_at > 0, items };
  }

  describe('answers', () => {
    test('a whole answer has the text, the counts and the name that was asked for', async () => {
      const { data, response } = await openai.responses
        .create({ model: 'ECHO', input: 'one two three', instructions: 'Be brief.' })
        .withResponse();
      expect(data.output_text).toBe('one two three');
      expect(data.status).toBe('completed');
      expect(data.model).toBe('ECHO');
      expect(data.instructions).toBe('Be brief.');
      expect(data.usage).toMatchObject({ output_tokens: 3, input_tokens_details: {} });
      expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    });

    test('a stream gives the text piece by piece', async () => {
      const stream = await openai.responses.create({
        model: 'Echo',
        input: 'one two three',
        stream: true,
      });
      const events: ResponseStreamEvent[] = [];
      for await (const event of stream) events.push(event);
      const pieces = events.flatMap((event) =>
        event.type === 'response.output_text.delta' ? [event.delta] : [],
      );
      expect(pieces).toEqual(['one', ' two', ' three']);
      expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
      expect(events.at(-1)).toMatchObject({
        type: 'response.completed',
        response: { usage: { total_tokens: 6 } },
      });
    });

    const BOTS = [
      { model: 'Echo', types: ['message'] },
      { model: 'Thinker', types: ['reasoning', 'message'] },
      { model: 'Thinker-Only', types: ['reasoning', 'message'] },
      { model: 'Refuser', types: ['message'] },
      { model: 'Counts', types: ['message'] },
      { model: 'Empty', types: ['message'] },
      { model: 'No-Tools', types: ['message'] },
      { model: 'Filtered', types: ['message'] },
      { model: 'Length', types: ['message'], more: { max_output_tokens: 2 } },
      { model: 'Image-Maker', types: ['message'] },
      { model: 'CRLF', types: ['message'] },
      { model: 'Progress-Image', types: ['message'] },
      { model: 'Ignores-Stream', types: ['message'] },
    ];
    test.each(BOTS)('the stream helper and the whole reply agree on $model', async (bot) => {
      const request = { model: bot.model, input: 'hello there, you', ...bot.more };
      const whole = await openai.responses.create(request);
      const runner = openai.responses.stream(request);
      const folded = await runner.finalResponse();
      const { output_parsed: _parsed, ...streamed } = folded;
      const output = JSON.parse(
        JSON.stringify(streamed.output, (name, value: unknown) =>
          name === 'parsed' || name === 'parsed_arguments' ? undefined : value,
        ),
      ) as Response['output'];
      expect(gist({ ...streamed, output })).toEqual(gist(whole));
      expect(whole.output.map(({ type }) => type)).toEqual(bot.types);
    });

    test.each([
      ['Length', 'max_output_tokens'],
      ['Filtered', 'content_filter'],
    ])('%s ends as incomplete: %s', async (model, reason) => {
      const answer = await openai.responses.create({ model, input: 'a b c', max_output_tokens: 2 });
      expect(answer.status).toBe('incomplete');
      expect(answer.incomplete_details).toEqual({ reason });
    });

    test('the tokens of a request are counted, by estimate', async () => {
      const { object, input_tokens: tokens } = await openai.responses.inputTokens.count({
        model: 'Echo',
        input: 'one two three',
      });
      expect(object).toBe('response.input_tokens');
      expect(tokens).toBeGreaterThan(2);
    });
  });

  describe('tools', () => {
    /** Works until the bot calls nothing more, and sends everything back each time. */
    async function work(model: string, stream: boolean): Promise<{ text: string; ran: string[] }> {
      const ran: string[] = [];
      const input: ResponseInput = [{ role: 'user', content: 'What is the weather, in parallel?' }];
      for (let step = 0; step < 4; step++) {
        const request = { model, input, tools: TOOLS, store: false };
        const answer: Response = stream
          ? await openai.responses.stream(request).finalResponse()
          : await openai.responses.create(request);
        input.push(...toResponseInputItems(answer.output));
        const made = answer.output.filter((item) => item.type === 'function_call');
        if (made.length === 0) return { text: answer.output_text, ran };
        for (const { name, call_id, arguments: json } of made) {
          ran.push(name);
          expect(JSON.parse(json)).toHaveProperty('city');
          input.push({ type: 'function_call_output', call_id, output: `${name}: sunny` });
        }
      }
      throw new Error('It never ends.');
    }

    const BOTS = [
      'Tool-Caller',
      'Tool-Caller-Whole',
      'Tool-Caller-No-Id',
      'Tool-Caller-Talks',
      'Tool-Caller-Late-Name',
      'Thinker-Calls',
      'Follows-Prompt',
      'Follows-Prompt-Talks',
      'Follows-Prompt-Wrong-Types',
    ];
    test.each(BOTS.flatMap((model) => [true, false].map((stream) => ({ model, stream }))))(
      'a loop runs through with $model (streamed: $stream)',
      async ({ model, stream }) => {
        const { text, ran } = await work(model, stream);
        expect(ran[0]).toBe('get_weather');
        for (const name of ran) expect(text).toContain(`${name}: sunny`);
      },
    );

    test.each(['Tool-Caller', 'Follows-Prompt'])(
      'the text of a custom tool comes back as text, from %s',
      async (model) => {
        const request = {
          model,
          input: 'go',
          tools: [{ type: 'custom' as const, name: 'apply_patch', description: 'Edits files.' }],
        };
        const whole = await openai.responses.create(request);
        const streamed = await openai.responses.stream(request).finalResponse();
        for (const { output } of [whole, streamed]) {
          const [call] = output;
          expect(call).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch' });
          // The simulator fills a string with the name of its property.
          expect(call?.type === 'custom_tool_call' && call.input).toBe('input');
        }
      },
    );

    test.each([
      ['none', []],
      ['required', ['get_weather']],
      [{ type: 'function', name: 'get_time' }, ['get_time']],
      [
        { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'get_time' }] },
        ['get_time'],
      ],
    ] as const)('the choice %j is kept', async (choice, names) => {
      for (const model of ['Tool-Caller', 'Follows-Prompt']) {
        const { output } = await openai.responses.create({
          model,
          input: 'go',
          tools: TOOLS,
          tool_choice: choice as Exclude<typeof choice, { readonly type: 'allowed_tools' }>,
        });
        const made = output.flatMap((item) => (item.type === 'function_call' ? [item.name] : []));
        expect(made).toEqual(names);
      }
    });
  });

  describe('JSON', () => {
    const format = makeParseableTextFormat<{ name: string; n: number }>(
      {
        type: 'json_schema',
        name: 'pair',
        strict: true,
        schema: {
          type: 'object',
          properties: { name: { type: 'string' }, n: { type: 'number' } },
          required: ['name', 'n'],
          additionalProperties: false,
        },
      },
      (text) => JSON.parse(text) as { name: string; n: number },
    );

    test.each(['Json-In-Prompt', 'Json-In-Prompt-Talks', 'Responds'])(
      'is parsed by the SDK, whole and streamed, from %s',
      async (model) => {
        const request = { model, input: 'give json', text: { format } };
        const { output_parsed: whole } = await openai.responses.parse(request);
        const { output_parsed: streamed } = await openai.responses.stream(request).finalResponse();
        for (const parsed of [whole, streamed])
          expect(parsed).toEqual({ name: expect.any(String), n: expect.any(Number) });
      },
    );
  });

  describe('errors', () => {
    test.each([
      ['Error-400', OpenAI.BadRequestError, 400, 'invalid_value'],
      ['Error-401', OpenAI.AuthenticationError, 401, 'invalid_api_key'],
      ['Error-402', OpenAI.APIError, 402, 'insufficient_quota'],
      ['Error-403', OpenAI.PermissionDeniedError, 403, 'permission_denied'],
      ['Error-404', OpenAI.NotFoundError, 404, 'model_not_found'],
      ['Error-Context', OpenAI.BadRequestError, 400, 'context_length_exceeded'],
      ['Error-429', OpenAI.RateLimitError, 429, 'rate_limit_exceeded'],
      ['Error-500', OpenAI.InternalServerError, 502, 'upstream_error'],
      ['Error-529', OpenAI.InternalServerError, 503, 'overloaded'],
      ['Error-First', OpenAI.InternalServerError, 502, 'upstream_error'],
    ] as const)(
      '%s is thrown as the right class, streamed or not',
      async (model, Class, status, code) => {
        for (const stream of [true, false]) {
          const error = await openai.responses
            .create({ model, input: 'hi', stream })
            .catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(Class);
          expect(error).toMatchObject({ status, code, requestID: expect.stringMatching(/^req_/) });
        }
      },
    );

    test.each([
      'Broken-Midway',
      'Broken-JSON',
      'Error-Midway',
      'Ends-Quietly',
      'Tool-Caller-Truncated',
    ])('%s, which fails in the middle, ends the stream with a failed response', async (model) => {
      const events: ResponseStreamEvent[] = [];
      const stream = await openai.responses.create({
        model,
        input: 'hi',
        tools: TOOLS.slice(0, 1),
        stream: true,
      });
      for await (const event of stream) events.push(event);
      expect(events.at(-1)).toMatchObject({
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'server_error' } },
      });
      const failed = await openai.responses
        .stream({ model, input: 'hi', tools: TOOLS.slice(0, 1) })
        .finalResponse();
      expect(failed.error?.message).toMatch(/\w/);
    });

    test.each([
      [{ background: true }, 'background'],
      [{ conversation: 'conv_1' }, 'conversation'],
      [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
      [{ input: [{ type: 'item_reference' as const, id: 'msg_1' }] }, 'input[0].id'],
    ])('%j is a bad request that names the field', async (fields, param) => {
      const error = await openai.responses
        .create({ model: 'Echo', input: 'hi', ...fields })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ param, message: expect.stringContaining(param) });
    });
  });

  describe('going on from an earlier response', () => {
    test.each([true, false])('needs only what is new (streamed: %s)', async (stream) => {
      const ask = async (fields: object): Promise<Response> => {
        const request = { model: 'Echo', ...fields };
        return stream
          ? openai.responses.stream(request).finalResponse()
          : openai.responses.create(request);
      };
      const first = await ask({ input: 'Who are you?', instructions: 'Be brief.' });
      const second = await ask({ input: 'Really?', previous_response_id: first.id });
      expect(second.previous_response_id).toBe(first.id);
      await ask({ input: 'Sure?', previous_response_id: second.id });
      const { body } =
        gateway.poe.requests.findLast(({ path }) => path.endsWith('/completions')) ?? {};
      // Nothing is lost, nothing is told twice, and the instructions were the first request's.
      expect(body).toMatchObject({
        messages: [
          { role: 'user', content: 'Who are you?' },
          { role: 'assistant', content: 'Who are you?' },
          { role: 'user', content: 'Really?' },
          { role: 'assistant', content: 'Really?' },
          { role: 'user', content: 'Sure?' },
        ],
      });
    });

    test('with results alone ends a tool loop', async () => {
      const request = { model: 'Tool-Caller', tools: TOOLS };
      const first = await openai.responses.create({ ...request, input: 'go' });
      const [call] = first.output;
      if (call?.type !== 'function_call') throw new Error('There is no call.');
      const second = await openai.responses.create({
        ...request,
        previous_response_id: first.id,
        input: [{ type: 'function_call_output', call_id: call.call_id, output: 'sunny' }],
      });
      expect(second.output_text).toContain('sunny');
    });

    test('is not possible where it is not kept', async () => {
      const first = await openai.responses.create({ model: 'Echo', input: 'hi', store: false });
      await expect(
        openai.responses.create({ model: 'Echo', input: 'hi', previous_response_id: first.id }),
      ).rejects.toBeInstanceOf(OpenAI.APIError);
    });
  });

  describe('leaving', () => {
    test('ends the call to Poe', async () => {
      const stream = await openai.responses.create({ model: 'Slow', input: 'hi', stream: true });
      for await (const event of stream) if (event.type === 'response.output_text.delta') break;
      const call = await gateway.aborted('slow');
      expect(call.path).toBe('/v1/chat/completions');
    });
  });
});
