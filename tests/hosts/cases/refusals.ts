/** Cases of the host suite: errors of Poe's and of the caller's, in the words that clients read. */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { expect, test } from 'vitest';
import { askChat, CORS_ORIGIN, KEY } from '../_client.ts';
import { SETTINGS, type Subject } from '../_subject.ts';

const TOO_LARGE = Number(SETTINGS.MAX_REQUEST_SIZE) + 1;

/**
 * Posts with what fetch itself would refuse to send. Unless told to, it does not end the body before
 * the reply is there: a host that refuses early may close the connection on what is still being sent.
 */
function post(
  url: string,
  headers: OutgoingHttpHeaders,
  body: string,
  end = false,
): Promise<{ readonly status: number | undefined; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const address = `${url}/v1/chat/completions`;
    const sent = request(address, { method: 'POST', headers, agent: false }, (response) => {
      resolve({ status: response.statusCode, headers: response.headers });
      sent.destroy();
    });
    sent.once('error', reject).write(body);
    if (end) sent.end();
  });
}

/** What is refused, by Poe and by the gateway. */
export function refusals({ host, url, caller }: Subject): void {
  test.each([false, true])(
    "hands on Poe's refusal with its status and words, with stream %s",
    async (stream) => {
      const response = await caller().ask({ model: 'Error-402', stream });
      expect(response.status).toBe(402);
      expect(response.headers.get(CORS_ORIGIN)).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toBe('*');
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{24}$/);
      expect(await response.json()).toEqual({
        error: {
          message: 'Not enough points for this bot.',
          type: expect.any(String),
          param: null,
          code: 'insufficient_quota',
        },
      });
    },
  );

  test.each([false, true])(
    'asks again where Poe could not answer, with stream %s',
    async (stream) => {
      const key = `busy-once-${caller().key}`;
      const response = await askChat(url(), key, { model: 'Echo', stream });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(stream ? '[DONE]' : 'Hello there, world');
    },
  );

  test('ends a stream with an error when Poe breaks off', async () => {
    const response = await caller().ask({ model: 'Broken-Midway', stream: true });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"code":"upstream_error"');
  });

  // A key that did get to Poe would bring back 402.
  test.each([
    ['in quotes', `"${KEY}"`],
    ['with a blank in it', 'two words'],
    ['of bytes that are not ASCII', 'schlüssel'],
    ['that is only a placeholder', 'undefined'],
    ['longer than any real one', 'k'.repeat(host.longestHeader)],
  ])('refuses a key %s with 401', async (_, key) => {
    const body = JSON.stringify({
      model: 'Error-402',
      messages: [{ role: 'user', content: 'hi' }],
    });
    const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) };
    expect(await post(url(), headers, body)).toMatchObject({ status: 401 });
  });

  test('refuses a body by its declared length before it is sent', async () => {
    const headers = { authorization: `Bearer ${KEY}`, 'content-length': TOO_LARGE };
    const sent = host.buffersRequests ? 'x'.repeat(TOO_LARGE) : '{';
    const reply = await post(url(), headers, sent, host.buffersRequests);
    expect(reply).toMatchObject({ status: 413, headers: { [CORS_ORIGIN]: '*' } });
  });

  test('refuses a body of undeclared length once it is too large', async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    const reply = await post(url(), headers, 'x'.repeat(TOO_LARGE), host.buffersRequests);
    expect(reply).toMatchObject({ status: 413, headers: { [CORS_ORIGIN]: '*' } });
  });

  test('refuses a body that is not JSON', async () => {
    const response = await caller().ask({}, { body: '{"model":' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_json' } });
  });
}
