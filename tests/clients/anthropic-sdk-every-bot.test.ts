/**
 * Every bot of the simulator, asked for a message with the official SDK: whatever Poe does, a stream
 * is in order to its end or to its error, and says what the whole answer says.
 */
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { type House, startHouse } from '../bots/_poe.ts';
import { readMessageStream } from './_messages-order.ts';

/** They answer late or never, at great length, or otherwise every time. */
const OTHERS =
  /^(Silent|Hangs|Slow|Pings|Progress-Thinks-Slowly|Long|Error-Flood|Responds-Silent|Bot-Error-Once|Random|Fixed-Cost)/;

/** A Claude is asked in its own words, and answers in them. */
const isRelayed = ({ card }: (typeof bots)[number]): boolean =>
  card?.supported_endpoints?.includes('/v1/messages') === true;

const NAMES = bots
  .filter((bot) => !isRelayed(bot) && !OTHERS.test(bot.name))
  .map(({ name }) => name);

let house: House;
let anthropic: Anthropic;
/** The bytes of the latest stream. */
let heard = '';

beforeAll(async () => {
  house = await startHouse();
  const { app } = await house.gateway().warm();
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await app.fetch(new Request(url, init));
    if (!response.headers.get('content-type')?.includes('event-stream')) return response;
    heard = await response.text();
    return new Response(heard, response);
  };
  anthropic = new Anthropic({
    apiKey: 'good-key',
    baseURL: 'http://gateway',
    maxRetries: 0,
    fetch,
  });
});
afterAll(() => house.close());

interface Outcome {
  readonly message?: Anthropic.Message;
  readonly error?: unknown;
}

async function outcome(asked: Promise<Anthropic.Message>): Promise<Outcome> {
  return asked.then(
    (message) => ({ message }),
    (error: unknown) => ({ error }),
  );
}

/** What two answers to one question have in common: ids are made up anew. */
function told({ content, stop_reason: reason, model }: Anthropic.Message): unknown {
  return {
    model,
    reason,
    blocks: content.map((block) =>
      block.type === 'tool_use' ? { name: block.name, input: block.input } : block,
    ),
  };
}

const REQUESTS: readonly { readonly what: string; readonly fields: JsonObject }[] = [
  { what: 'plain words', fields: {} },
  {
    what: 'a tool',
    fields: {
      tools: [
        {
          name: 'weather',
          description: 'The weather of a city.',
          input_schema: {
            type: 'object',
            properties: { city: { type: 'string' }, days: { type: 'integer' } },
            required: ['city'],
          },
        },
      ],
    },
  },
];

describe.each(REQUESTS)('asked with $what', ({ fields }) => {
  test.each(NAMES)('%s is in order', async (model) => {
    const messages = [{ role: 'user' as const, content: 'Hello there, world' }];
    const asked = { max_tokens: 2048, messages, ...fields, model };
    heard = '';
    const streamed = await outcome(anthropic.messages.stream(asked).finalMessage());
    if (streamed.message) {
      const { message } = readMessageStream(heard);
      expect(message).toMatchObject({ stop_reason: streamed.message.stop_reason });
    } else {
      expect(streamed.error).toBeInstanceOf(Anthropic.APIError);
      const { error: body } = streamed.error as InstanceType<typeof Anthropic.APIError>;
      expect(isJsonObject(body) && body['type']).toBe('error');
      // A stream that fails says so last.
      expect(heard).toMatch(/^$|event: error\ndata: [^\n]+\n\n$/);
    }
    const whole = await outcome(anthropic.messages.create(asked));
    // Some break only the one or only the other.
    if (whole.message && streamed.message)
      expect(told(whole.message)).toEqual(told(streamed.message));
  });
});
