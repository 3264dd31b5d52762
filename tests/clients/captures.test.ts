/**
 * Requests that real clients sent (Cline, Continue, LangChain, opencode, pi, …), recorded in a
 * folder beside the project. Where it is absent the tests are skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { type Gateway, startGateway } from './gateway.ts';

const FOLDER = new URL('../../../shared/captures/', import.meta.url);

interface Capture {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

const captures: readonly Capture[] = existsSync(FOLDER)
  ? readdirSync(FOLDER).flatMap((name) => {
      const capture: unknown = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
      if (!isJsonObject(capture) || capture['path'] !== '/v1/chat/completions') return [];
      const { headers, body } = capture;
      if (!isJsonObject(headers) || !isJsonObject(body)) return [];
      const sent = Object.entries(headers).map(
        ([header, value]) => [header, String(value)] as const,
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
  'x-api-key',
  'accept-encoding',
  'expect',
]);

/** Its answer is checked: the bot must be one that gives JSON. */
function wantsJson({ response_format: format }: JsonObject): boolean {
  return isJsonObject(format) && format['type'] !== 'text';
}

async function replay({ headers, body }: Capture): Promise<{ response: Response; text: string }> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION.has(name))),
      authorization: 'Bearer user-key-1234567890',
    },
    // The recorder cut long strings; a picture that was cut is no picture any more, but still a part.
    body: JSON.stringify({ ...body, model: wantsJson(body) ? 'Json-In-Prompt' : 'Tool-Caller' }),
  });
  return { response, text: await response.text() };
}

describe.skipIf(captures.length === 0)('recorded requests', () => {
  test.each(captures)('$name is answered in the form it asks for', async (capture) => {
    const { response, text } = await replay(capture);
    expect(text, String(response.headers.get('x-poeway-ignored'))).not.toContain('"error"');
    expect(response.status).toBe(200);
    if (capture.body['stream'] === true) {
      expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
      expect(text).toMatch(/"finish_reason":"(stop|tool_calls)"/);
      const options = capture.body['stream_options'];
      const wantsUsage = isJsonObject(options) && options['include_usage'] === true;
      expect(text.includes('"choices":[],"usage":{')).toBe(wantsUsage);
    } else {
      expect(JSON.parse(text)).toMatchObject({
        object: 'chat.completion',
        choices: [{ index: 0 }],
      });
    }
  });
});
