/**
 * Requests that real clients sent (Codex, the OpenAI and AI SDKs, agents, LangChain, opencode, pi),
 * recorded in a folder beside the project: each is answered by every kind of bot, in order. Where the
 * folder is absent the tests are skipped.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { readResponseStream } from './_responses-order.ts';
import { type Capture, capturesOf, sendAgain } from './_captures.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** Two that are told in their own ways, one in the prompt; and two to which requests are relayed. */
const BOTS = ['Tool-Caller', 'Echo', 'Follows-Prompt', 'GPT-5', 'Claude-Sim'];

const captures = capturesOf('/v1/responses');

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Its answer is checked: the bot must be one that gives JSON. */
function wantsJson({ text }: JsonObject): boolean {
  const format = isJsonObject(text) ? text['format'] : undefined;
  return isJsonObject(format) && format['type'] !== 'text';
}

/** A relayed response has them in the vendor's words. */
function names(tools: unknown): unknown {
  return Array.isArray(tools)
    ? tools.map((tool: unknown) => isJsonObject(tool) && [tool['type'], tool['name']])
    : tools;
}

function replay(capture: Capture, fields: JsonObject): ReturnType<typeof sendAgain> {
  return sendAgain(capture, gateway.url, { authorization: 'Bearer user-key-1234567890' }, fields);
}

describe.skipIf(captures.length === 0)('recorded requests', () => {
  const cases = captures.flatMap((capture) =>
    (wantsJson(capture.body) ? ['Json-In-Prompt'] : BOTS).map((model) => ({
      name: capture.name,
      capture,
      model,
    })),
  );

  test.each(cases)('$name is answered by $model, whole and streamed', async (row) => {
    const { capture, model } = row;
    const streamed = await replay(capture, { model, stream: true });
    expect(streamed.response.status, streamed.text).toBe(200);
    const { response, events } = readResponseStream(streamed.text);
    expect(events.at(-1)).toMatch(/^response\.(completed|incomplete)$/);
    expect(response['model']).toBe(model);
    expect(names(response['tools'])).toEqual(names(capture.body['tools'] ?? []));

    const whole = await replay(capture, { model, stream: false });
    expect(whole.response.status, whole.text).toBe(200);
    const types = (value: unknown): unknown =>
      isJsonObject(value) && Array.isArray(value['output'])
        ? value['output'].map((item: unknown) => isJsonObject(item) && item['type'])
        : value;
    expect(types(JSON.parse(whole.text))).toEqual(types(response));
  });
});
