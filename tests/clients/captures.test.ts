/**
 * Requests that real clients sent (Cline, Continue, LangChain, opencode, pi, …), recorded in a
 * folder beside the project. Where it is absent the tests are skipped.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { type Capture, capturesOf, sendAgain } from './_captures.ts';
import { type Gateway, startGateway } from './gateway.ts';

const captures = capturesOf('/v1/chat/completions');

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** Its answer is checked: the bot must be one that gives JSON. */
function wantsJson({ response_format: format }: JsonObject): boolean {
  return isJsonObject(format) && format['type'] !== 'text';
}

function replay(capture: Capture): ReturnType<typeof sendAgain> {
  const model = wantsJson(capture.body) ? 'Json-In-Prompt' : 'Tool-Caller';
  return sendAgain(
    capture,
    gateway.url,
    { authorization: 'Bearer user-key-1234567890' },
    { model },
  );
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
