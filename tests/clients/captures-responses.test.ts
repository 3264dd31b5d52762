/**
 * Requests that real clients sent (Codex, the OpenAI and AI SDKs, agents, LangChain, opencode, pi),
 * recorded in a folder beside the project: each is answered by every kind of bot, in order. Where the
 * folder is absent the tests are skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { readResponseStream } from './_responses-order.ts';
import { type Gateway, startGateway } from './gateway.ts';

const FOLDER = new URL('../../../shared/captures/', import.meta.url);

/** Two that are told in their own ways, one in the prompt; and two to which requests are relayed. */
const BOTS = ['Tool-Caller', 'Echo', 'Follows-Prompt', 'GPT-5', 'Claude-Sim'];

interface Capture {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

const captures: readonly Capture[] = existsSync(FOLDER)
  ? readdirSync(FOLDER).flatMap((name) => {
      const capture: unknown = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
      if (!isJsonObject(capture) || capture['path'] !== '/v1/responses') return [];
      const { headers, body } = capture;
      if (!isJsonObject(headers) || !isJsonObject(body)) return [];
      // Long values were cut by the recorder, with a mark that no header may have.
      const sent = Object.entries(headers).map(
        ([header, value]) => [header, String(value).replaceAll('…', '')] as const,
      );
      return [{ name, headers: Object.fromEntries(sent), body }];
    })
  : [];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Headers that belong to the recorded connection, not to the client. */
const CONNECTION = new Set([
  'host',
  'connection',
  'content-length',
  'authorization',
  'accept-encoding',
  'expect',
]);

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

async function replay(
  { headers, body }: Capture,
  fields: JsonObject,
): Promise<{ response: Response; text: string }> {
  const response = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION.has(name))),
      authorization: 'Bearer user-key-1234567890',
    },
    // The recorder cut long strings; a picture that was cut is no picture any more, but still a part.
    body: JSON.stringify({ ...body, ...fields }),
  });
  return { response, text: await response.text() };
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
