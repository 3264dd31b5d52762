/**
 * Law: whatever JSON a client sends, Poeway does not fail of itself, and an error is always in
 * OpenAI's shape. Poe answers well throughout.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { PARAMETERS } from '../../../src/protocols/openai-chat/parameters.ts';
import { jsonReply, payloads, replayPlatform, streamReply } from '../../golden/replay.ts';
import { chunk } from '../live-poe.ts';
import { LAW } from '../record.ts';

const WHOLE = chunk({ content: 'Hi' }) + chunk({}, 'stop') + 'data: [DONE]\n\n';

const NATIVE = 'event: text\ndata: {"text":"Hi"}\n\nevent: done\ndata: {}\n\n';

async function answer(body: unknown): Promise<Response> {
  const platform = replayPlatform(({ url }) =>
    url.endsWith('/models')
      ? jsonReply({ data: [{ id: 'gpt-5', parameters: [{ name: 'size' }] }] })
      : streamReply(url.includes('/bot/') ? NATIVE : WHOLE),
  );
  const request = new Request('http://localhost/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer key-of-the-caller' },
    body: JSON.stringify(body),
  });
  return await createApp(readConfig({}), platform).fetch(request);
}

async function expectGoodManners(body: unknown): Promise<void> {
  const response = await answer(body);
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    expect(payloads(text).at(-1)).toBe('[DONE]');
  } else if (response.status === 200) {
    expect(JSON.parse(text)).toMatchObject({ object: 'chat.completion' });
  } else {
    expect(response.status).toBe(400);
    const error: unknown = JSON.parse(text);
    expect(error).toEqual({
      error: {
        message: expect.stringMatching(/\S/),
        type: 'invalid_request_error',
        param:
          (error as { error: { param: unknown } }).error.param === null ? null : expect.any(String),
        code: expect.stringMatching(/^[a-z_]+$/),
      },
    });
  }
}

const json = fc.jsonValue({ maxDepth: 4 });
const role = fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function', 'x');
const text = fc.string({ unit: 'binary', maxLength: 20 });
const content = fc.oneof(
  text,
  fc.constant(null),
  fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('text'), text: fc.oneof(text, json) }),
      fc.record({ type: fc.constant('image_url'), image_url: json }),
      fc.record({ type: fc.constant('file'), file: json }),
      json,
    ),
    { maxLength: 3 },
  ),
  json,
);
const message = fc.record(
  {
    role,
    content,
    name: fc.oneof(text, json),
    tool_call_id: fc.oneof(text, json),
    tool_calls: fc.oneof(fc.array(fc.record({ id: text, function: json })), json),
    function_call: fc.oneof(fc.record({ name: text, arguments: json }), json),
  },
  { requiredKeys: ['role', 'content'] },
);
const messages = fc.array(message, { minLength: 1, maxLength: 3 });
const names = fc.constantFrom(...Object.keys(PARAMETERS), 'size', '__proto__');
const fields = fc.dictionary(names, json, { maxKeys: 4 });

describe('any JSON as the body', () => {
  it('is answered or refused with good manners', async () => {
    const law = fc.assert(fc.asyncProperty(json, expectGoodManners), LAW);
    await expect(law).resolves.toBeUndefined();
  });

  it('is answered or refused with good manners when it is nearly a request', async () => {
    const nearly = fc.asyncProperty(messages, fields, fc.boolean(), (sent, others, stream) =>
      expectGoodManners({ stream, ...others, messages: sent }),
    );
    const law = fc.assert(nearly, { ...LAW, numRuns: 600 });
    await expect(law).resolves.toBeUndefined();
  });
});
