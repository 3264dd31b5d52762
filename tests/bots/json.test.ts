/**
 * JSON by a schema from bots that know of no such thing: valid, conforming, without a fence or a
 * word around it; asked for once more where it is wrong; a 502 that says what was wrong where it
 * never is right.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from './_poe.ts';

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const BY_SCHEMA = {
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'trip', strict: true, schema: SCHEMA },
  },
};
const ANY_OBJECT = { response_format: { type: 'json_object' } };
const WAYS = ['auto', 'bot', 'chat'] as const;
const EACH = WAYS.flatMap((way) => [false, true].map((stream) => ({ way, stream })));

const RIGHT = [
  ['Json-In-Prompt', 1],
  ['Json-In-Prompt-Bare', 1],
  ['Json-In-Prompt-Talks', 1],
  ['Json-In-Prompt-Broken', 1],
  ['Json-In-Prompt-Wrong-First', 2],
] as const;
const WRONG = [
  ['Json-In-Prompt-Never', /does not fit the schema: city: .*"string".*days: /],
  ['Json-In-Prompt-Refuses', /is not JSON/],
  ['Echo', /is not JSON/],
  ['Ignores-Prompt', /is not JSON/],
  ['Progress-Thinks', /is not JSON/],
] as const;

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe.concurrent('an answer by a schema', () => {
  it.each(RIGHT.flatMap(([bot, asked]) => EACH.map((each) => ({ bot, asked, ...each }))))(
    'of $bot is the JSON and nothing else ($way, streamed: $stream)',
    async ({ bot, asked, way, stream }) => {
      const key = `good-${bot}-${way}-${stream}`;
      const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { ...BY_SCHEMA, stream }, key);
      expect(answer).toMatchObject({ status: 200, finish: 'stop', ignored: [] });
      expect(JSON.parse(answer.content)).toEqual({ city: 'city', days: 1 });
      expect(answer.content).toMatch(/^\{.*\}$/s);
      expect(house.asked(key)).toHaveLength(asked);
    },
  );

  it.each(WRONG.flatMap(([bot, words]) => EACH.map((each) => ({ bot, words, ...each }))))(
    'that $bot never gives is a 502 with the reason ($way, streamed: $stream)',
    async ({ bot, words, way, stream }) => {
      const key = `good-${bot}-${way}-${stream}`;
      const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { ...BY_SCHEMA, stream }, key);
      expect(answer).toMatchObject({ status: 502, content: '' });
      expect(answer.error).toMatchObject({
        code: 'upstream_error',
        message: expect.stringMatching(words),
      });
      expect(house.asked(key)).toHaveLength(2);
    },
  );

  it.each(EACH)('may be any object ($way, streamed: $stream)', async ({ way, stream }) => {
    const gateway = house.gateway({ UPSTREAM: way });
    const { content } = await gateway.ask('Json-In-Prompt-Talks', { ...ANY_OBJECT, stream });
    expect(JSON.parse(content)).toEqual({ answer: 'Hello there, world' });
  });

  it('that was refused or filtered stays what it is', async () => {
    const refused = await house.gateway().ask('Refuser', BY_SCHEMA);
    expect(refused).toMatchObject({ status: 200, refusal: 'I will not help with that.' });
    const filtered = await house.gateway().ask('Filtered', BY_SCHEMA);
    expect(filtered).toMatchObject({
      content: 'This much could be said',
      finish: 'content_filter',
    });
  });

  it('waits for a tool that comes first', async () => {
    const parameters = {
      type: 'object',
      properties: { day: { type: 'string' } },
      required: ['day'],
    };
    const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
    const body = { ...BY_SCHEMA, tools };
    const first = await house.gateway().ask('Follows-Prompt', body);
    expect(first).toMatchObject({ finish: 'tool_calls', content: '' });
    const [call] = first.calls;
    const messages = [
      { role: 'user', content: 'When?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: call?.id,
            type: 'function',
            function: { name: 'weather', arguments: call?.arguments },
          },
        ],
      },
      { role: 'tool', tool_call_id: call?.id, content: 'Sunny.' },
    ];
    const second = await house.gateway().ask('Follows-Prompt', { ...body, messages });
    expect(JSON.parse(second.content)).toEqual({ city: 'city', days: 1 });
  });

  it('keeps the thinking beside it', async () => {
    const answer = await house.gateway().ask('Thinker', { ...BY_SCHEMA, stream: true });
    expect(answer.error).toMatchObject({ code: 'upstream_error' });
    expect(answer.reasoning).toMatch(/^\*\*Considering the question\*\*/);
    expect(answer.content).toBe('');
  });
});
