/** What the official Anthropic SDK throws when something is wrong: its classes go by the status. */
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../hosts/_node.ts';
import { workerd } from '../hosts/_workerd.ts';
import { type Gateway, startGateway } from './gateway.ts';

describe.each([nodeHost(), workerd])("the Anthropic SDK's errors on $name", (host) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(host);
  });
  afterAll(() => gateway.close());

  function client(apiKey = 'user-key-1234567890'): Anthropic {
    return new Anthropic({ apiKey, baseURL: gateway.url, maxRetries: 0 });
  }

  const ask = (model: string) => ({
    model,
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'one two three' }],
  });

  const ERRORS = [
    {
      bot: 'Error-400',
      status: 400,
      type: 'invalid_request_error',
      thrown: Anthropic.BadRequestError,
    },
    {
      bot: 'Error-401',
      status: 401,
      type: 'authentication_error',
      thrown: Anthropic.AuthenticationError,
    },
    {
      bot: 'Error-402',
      status: 402,
      type: 'billing_error',
      thrown: Anthropic.PaymentRequiredError,
    },
    {
      bot: 'Error-403',
      status: 403,
      type: 'permission_error',
      thrown: Anthropic.PermissionDeniedError,
    },
    { bot: 'Error-404', status: 404, type: 'not_found_error', thrown: Anthropic.NotFoundError },
    { bot: 'Error-429', status: 429, type: 'rate_limit_error', thrown: Anthropic.RateLimitError },
    { bot: 'Error-500', status: 502, type: 'api_error', thrown: Anthropic.InternalServerError },
    { bot: 'Error-503', status: 529, type: 'overloaded_error', thrown: Anthropic.OverloadedError },
    { bot: 'Error-529', status: 529, type: 'overloaded_error', thrown: Anthropic.OverloadedError },
  ];

  test.each(ERRORS)('$bot is thrown as $type', async ({ bot, status, type, thrown }) => {
    for (const streamed of [false, true]) {
      const asked = streamed
        ? client().messages.stream(ask(bot)).finalMessage()
        : client().messages.create(ask(bot));
      const error: unknown = await asked.catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(thrown);
      expect(error).toMatchObject({
        status,
        type,
        apiMessage: expect.stringMatching(/\S/),
        requestID: expect.stringMatching(/^req_/),
      });
      const { requestID, error: body } = error as InstanceType<typeof Anthropic.APIError>;
      expect(body).toMatchObject({ type: 'error', request_id: requestID });
    }
  });

  test('a conversation that is too long says so in the words that agents look for', async () => {
    const error: unknown = await client()
      .messages.create(ask('Error-Context'))
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({ apiMessage: expect.stringContaining('prompt is too long') });
  });

  test('a body over the limit is a 413, or the server hangs up on who goes on sending', async () => {
    const content = 'x'.repeat(51 * 1024 * 1024);
    const error: unknown = await client()
      .messages.create({ ...ask('Echo'), messages: [{ role: 'user', content }] })
      .catch((cause: unknown) => cause);
    expect([Anthropic.ContentTooLargeError.name, Anthropic.APIConnectionError.name]).toContain(
      (error as Error).constructor.name,
    );
  });

  describe('without asking Poe', () => {
    test('no key is a 401', async () => {
      const response = await fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        body: JSON.stringify(ask('Echo')),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        type: 'error',
        error: { type: 'authentication_error' },
      });
    });

    test('a key may come as x-api-key', async () => {
      const response = await fetch(`${gateway.url}/v1/messages?beta=true`, {
        method: 'POST',
        headers: { 'x-api-key': 'user-key-1234567890' },
        body: JSON.stringify(ask('Echo')),
      });
      expect(response.status).toBe(200);
    });

    test('what is wrong in the request is named by its path', async () => {
      const wrong = { ...ask('Echo'), temperature: 3 };
      await expect(client().messages.create(wrong)).rejects.toThrow(
        /temperature: must be a number/,
      );
      const { max_tokens: _, ...without } = ask('Echo');
      const asked = client().messages.create(without as never);
      await expect(asked).rejects.toThrow(/max_tokens: is missing/);
    });
  });

  describe('in the middle of a stream', () => {
    test.each(['Error-Midway', 'Broken-Midway', 'Ends-Quietly', 'Error-Event'])(
      '%s throws after what was said',
      async (bot) => {
        const pieces: string[] = [];
        const stream = client().messages.stream(ask(bot));
        stream.on('text', (text) => pieces.push(text));
        const error: unknown = await stream.finalMessage().catch((cause: unknown) => cause);
        expect(pieces.length).toBeGreaterThan(0);
        expect(error).toBeInstanceOf(Anthropic.APIError);
        expect(error).toMatchObject({ type: 'api_error', apiMessage: expect.stringMatching(/\S/) });
      },
    );

    test('an error before the first word has its status', async () => {
      const asked = client().messages.stream(ask('Error-First')).finalMessage();
      await expect(asked).rejects.toMatchObject({ status: 502, type: 'api_error' });
    });
  });
});
