/**
 * The official OpenAI SDK, driven against every host in front of the simulator: what most users of
 * Poeway do.
 */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.each([nodeHost(), workerd])('the OpenAI SDK on $name', (host) => {
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

  const user = (content: string) => [{ role: 'user' as const, content }];

  const WEATHER: OpenAI.ChatCompletionTool[] = ['get_weather', 'get_time'].map((name) => ({
    type: 'function',
    function: {
      name,
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  }));

  describe('answers', () => {
    test('a whole answer has the text, the counts and the name that was asked for', async () => {
      const completion = await openai.chat.completions.create({
        model: 'ECHO',
        messages: user('one two three'),
      });
      expect(completion.choices[0]?.message).toEqual({
        role: 'assistant',
        content: 'one two three',
        refusal: null,
      });
      expect(completion.choices[0]?.finish_reason).toBe('stop');
      expect(completion.model).toBe('ECHO');
      expect(completion.usage?.completion_tokens).toBe(3);
    });

    test('a stream gives the text piece by piece, and the usage in a last chunk without choices', async () => {
      const stream = await openai.chat.completions.create({
        model: 'Echo',
        messages: user('one two three'),
        stream: true,
        stream_options: { include_usage: true },
      });
      const chunks: OpenAI.ChatCompletionChunk[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.flatMap((chunk) => chunk.choices[0]?.delta.content ?? [])).toEqual([
        'one',
        ' two',
        ' three',
      ]);
      expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
      const last = chunks.at(-1);
      expect(last?.choices).toEqual([]);
      expect(last?.usage).toMatchObject({
        prompt_tokens: 3,
        completion_tokens: 3,
        total_tokens: 6,
      });
      expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    });

    test('without include_usage no chunk speaks of usage', async () => {
      const stream = await openai.chat.completions.create({
        model: 'Echo',
        messages: user('hi'),
        stream: true,
      });
      for await (const chunk of stream) expect(chunk).not.toHaveProperty('usage');
    });

    test('the stream helper puts the same answer together as the whole reply', async () => {
      const whole = await openai.chat.completions.create({
        model: 'Thinker',
        messages: user('hello there'),
      });
      const folded = await openai.chat.completions
        .stream({ model: 'Thinker', messages: user('hello there') })
        .finalChatCompletion();
      expect(folded.choices[0]?.message).toMatchObject({
        content: 'hello there',
        role: 'assistant',
      });
      expect(folded.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    });

    test('n answers come with their own indexes, streamed side by side', async () => {
      const stream = await openai.chat.completions.create({
        model: 'Echo',
        messages: user('a b'),
        n: 3,
        stream: true,
      });
      const texts = ['', '', ''];
      const finishes: number[] = [];
      for await (const { choices } of stream) {
        for (const { index, delta, finish_reason: reason } of choices) {
          texts[index] += delta.content ?? '';
          if (reason === 'stop') finishes.push(index);
        }
      }
      expect(texts).toEqual(['a b', 'a b', 'a b']);
      expect(finishes.sort()).toEqual([0, 1, 2]);
    });

    test('a stop sequence that arrives in pieces ends the text before it', async () => {
      const runner = openai.chat.completions.stream({
        model: 'Stop-Splitter',
        messages: user('go'),
        stop: '<END>',
      });
      const completion = await runner.finalChatCompletion();
      expect(completion.choices[0]?.message.content).toBe('Before the end');
      expect(completion.choices[0]?.finish_reason).toBe('stop');
    });

    test('models are listed, and found by any of their names', async () => {
      const models = await openai.models.list();
      expect(models.data.length).toBeGreaterThan(10);
      expect((await openai.models.retrieve('anthropic/Claude-Opus-4.5')).id).toBe(
        'claude-opus-4.5',
      );
      await expect(openai.models.retrieve('no-such-bot')).rejects.toBeInstanceOf(
        OpenAI.NotFoundError,
      );
    });
  });

  describe('tools', () => {
    const BOTS = [
      'Tool-Caller',
      'Tool-Caller-Whole',
      'Tool-Caller-No-Index',
      'Tool-Caller-No-Type',
      'Tool-Caller-No-Id',
      'Tool-Caller-Says-Stop',
    ];

    test.each(BOTS)('a streamed tool loop runs through with %s', async (model) => {
      const cities: string[] = [];
      const runner = openai.chat.completions.runTools({
        model,
        stream: true,
        messages: user('What is the weather?'),
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'Weather of a city',
              parameters: {
                type: 'object',
                properties: { city: { type: 'string' } },
                required: ['city'],
              },
              parse: JSON.parse,
              function: ({ city }: { city: string }) => {
                cities.push(city);
                return 'sunny, 21 degrees';
              },
            },
          },
        ],
      });
      expect(await runner.finalContent()).toContain('sunny, 21 degrees');
      expect(cities).toHaveLength(1);
    });

    test('parallel calls keep their ids and arguments apart', async () => {
      const runner = openai.chat.completions.stream({
        model: 'Tool-Caller',
        messages: user('in parallel'),
        tools: WEATHER,
      });
      const calls = (await runner.finalChatCompletion()).choices[0]?.message.tool_calls ?? [];
      expect(calls.map((call) => call.type === 'function' && call.function.name)).toEqual([
        'get_weather',
        'get_time',
      ]);
      expect(new Set(calls.map((call) => call.id)).size).toBe(2);
      for (const call of calls)
        if (call.type === 'function')
          expect(JSON.parse(call.function.arguments)).toHaveProperty('city');
    });

    test('a whole reply with bare calls has null content', async () => {
      const completion = await openai.chat.completions.create({
        model: 'Tool-Caller',
        messages: user('go'),
        tools: WEATHER,
      });
      expect(completion.choices[0]?.message.content).toBeNull();
      expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    });

    test('the legacy functions are called and answered in the legacy form', async () => {
      const functions = [
        {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      ];
      const first = await openai.chat.completions.create({
        model: 'Tool-Caller',
        messages: user('go'),
        functions,
      });
      const message = first.choices[0]?.message;
      expect(first.choices[0]?.finish_reason).toBe('function_call');
      expect(message?.function_call?.name).toBe('get_weather');
      const second = await openai.chat.completions.create({
        model: 'Tool-Caller',
        functions,
        messages: [
          ...user('go'),
          { role: 'assistant', content: null, function_call: message?.function_call ?? null },
          { role: 'function', name: 'get_weather', content: 'rain' },
        ],
      });
      expect(second.choices[0]?.message.content).toContain('rain');
    });
  });

  describe('errors', () => {
    const CLASSES = [
      ['Error-400', OpenAI.BadRequestError, 400, 'invalid_value'],
      ['Error-401', OpenAI.AuthenticationError, 401, 'invalid_api_key'],
      ['Error-402', OpenAI.APIError, 402, 'insufficient_quota'],
      ['Error-403', OpenAI.PermissionDeniedError, 403, 'permission_denied'],
      ['Error-404', OpenAI.NotFoundError, 404, 'model_not_found'],
      ['Error-413', OpenAI.BadRequestError, 400, 'context_length_exceeded'],
      ['Error-429', OpenAI.RateLimitError, 429, 'rate_limit_exceeded'],
      ['Error-500', OpenAI.InternalServerError, 502, 'upstream_error'],
      ['Error-HTML', OpenAI.InternalServerError, 502, 'upstream_error'],
      ['Error-529', OpenAI.InternalServerError, 503, 'overloaded'],
      ['Error-408', OpenAI.InternalServerError, 504, 'upstream_timeout'],
      ['Error-First', OpenAI.InternalServerError, 502, 'upstream_error'],
    ] as const;

    test.each(CLASSES)(
      '%s is thrown as the right class, streamed or not',
      async (model, Class, status, code) => {
        for (const stream of [true, false]) {
          const error = await openai.chat.completions
            .create({ model, messages: user('hi'), stream })
            .catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(Class);
          expect(error).toMatchObject({ status, code, requestID: expect.stringMatching(/^req_/) });
        }
      },
    );

    const BROKEN = [
      'Broken-Midway',
      'Broken-JSON',
      'Malformed',
      'Error-Midway',
      'Error-Event',
      'Ends-Quietly',
      'Tool-Caller-Truncated',
      'Tool-Caller-Done-Early',
    ];

    test.each(BROKEN)('%s, which fails in the middle, makes the stream throw', async (model) => {
      const stream = await openai.chat.completions.create({
        model,
        messages: user('hi'),
        tools: WEATHER.slice(0, 1),
        stream: true,
      });
      const received: unknown[] = [];
      const reading = (async () => {
        for await (const chunk of stream) received.push(chunk);
      })();
      await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError);
      expect(received.length).toBeGreaterThan(0);
    });

    test('a key that Poe refuses is an authentication error', async () => {
      await expect(
        client('bad-key-0000').chat.completions.create({ model: 'Echo', messages: user('hi') }),
      ).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    });

    test('a rate limit says when to come back', async () => {
      const error = await client('limited-key')
        .chat.completions.create({ model: 'Echo', messages: user('hi') })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      expect(error instanceof OpenAI.APIError && error.headers?.get('retry-after')).toBe('7');
    });
  });

  describe('leaving', () => {
    test('aborting a stream ends the call to Poe', async () => {
      const stream = await openai.chat.completions.create({
        model: 'Slow',
        messages: user('hi'),
        stream: true,
      });
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
      const request = await gateway.aborted('slow');
      expect(request.path).toBe('/v1/chat/completions');
    });

    test.runIf(host.notices.abortBeforeHeaders)(
      'aborting before the first word ends the call to Poe',
      async () => {
        gateway.poe.clear();
        const abort = new AbortController();
        const asking = openai.chat.completions.create(
          { model: 'Silent-Start', messages: user('hi') },
          { signal: abort.signal },
        );
        const asked = asking.catch((error: unknown) => error);
        await gateway.poe.waitFor(
          (logged) => logged.outcome === 'open' && logged.method === 'POST',
        );
        abort.abort();
        expect(await asked).toBeInstanceOf(OpenAI.APIUserAbortError);
        await gateway.poe.waitFor((logged) => logged.outcome === 'aborted');
      },
    );
  });
});
