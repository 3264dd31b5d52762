/**
 * Requests that real clients sent to `/v1/messages` (Claude Code, opencode, pi, the SDKs), recorded in
 * a folder beside the project. Where it is absent the tests are skipped.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { readMessageStream } from './_messages-order.ts';
import { type Capture, capturesOf, sendAgain } from './_captures.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** Two that have tools, two that must be told in the prompt, and two Claudes, to which requests are relayed. */
const BOTS = [
  'Tool-Caller',
  'GPT-5',
  'Follows-Prompt',
  'No-Tools',
  'Claude-Sim',
  'Claude-Opus-4.5',
];

const captures = capturesOf('/v1/messages');

const counted = captures.filter(({ path }) => path.includes('count_tokens'));
const threaded = captures.filter(({ body }) => body['thread'] !== undefined);
const asked = captures.filter((capture) => ![...counted, ...threaded].includes(capture));

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

function replay(capture: Capture, fields: JsonObject): ReturnType<typeof sendAgain> {
  return sendAgain(capture, gateway.url, { 'x-api-key': 'user-key-1234567890' }, fields);
}

describe.skipIf(captures.length === 0)('recorded requests', () => {
  test('there are some of every kind', () => {
    expect(asked.length).toBeGreaterThan(20);
    expect(counted.length).toBeGreaterThan(0);
    expect(threaded.length).toBeGreaterThan(1);
  });

  describe.each(BOTS)('to %s', (model) => {
    test.each(asked)('$name is answered whole and as a stream, alike', async (capture) => {
      const streamed = await replay(capture, { model, stream: true });
      expect(streamed.response.status, streamed.text).toBe(200);
      const { message } = readMessageStream(streamed.text);
      const whole = await replay(capture, { model, stream: false });
      expect(whole.response.status, whole.text).toBe(200);
      const told = JSON.parse(whole.text) as JsonObject;
      expect(told['usage']).toMatchObject({ output_tokens: expect.any(Number) });
      expect(withoutIds(message)).toEqual(withoutIds(told));
    });
  });

  test.each(counted)('$name is counted', async (capture) => {
    const { response, text } = await replay(capture, {});
    expect(response.status).toBe(200);
    expect(JSON.parse(text)).toEqual({ input_tokens: expect.any(Number), estimated: true });
  });

  test.each(threaded)('$name is told to send everything', async (capture) => {
    const { response, text } = await replay(capture, { model: 'Tool-Caller' });
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      type: 'error',
      error: { details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } },
    });
  });
});

/**
 * Ids are made up anew for every answer, and a stream begins before all is counted. Of what was left
 * out of the context a stream tells beside the message.
 */
function withoutIds(message: JsonObject): unknown {
  const told = (key: string, value: unknown): unknown =>
    ['id', 'usage', 'context_management'].includes(key) ? undefined : value;
  return JSON.parse(JSON.stringify(message, told)) as unknown;
}
