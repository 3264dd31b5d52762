/**
 * Poe's error bodies, in all their forms → kind, status and words for the user. What is not the
 * user's to see (keys, inner addresses, stack traces, machinery) is never in the message.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorKind, GatewayError } from '../../../../src/core/error.ts';
import {
  readPoeErrorObject,
  readPoeErrorReply,
} from '../../../../src/upstreams/poe-shared/error.ts';
import { LAW } from '../../record.ts';

const KEY = 'pk-callers-own-key-1234567890';

function read(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): GatewayError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const now = Date.UTC(2026, 0, 1);
  return readPoeErrorReply({ status, header: (name) => headers[name] }, text, KEY, now);
}

function said(message: string): string {
  return read(400, { error: { message } }).message;
}

const BY_STATUS: readonly { status: number; kind: ErrorKind; ours: number }[] = [
  { status: 301, kind: 'upstream-failed', ours: 502 },
  { status: 307, kind: 'upstream-failed', ours: 502 },
  { status: 400, kind: 'invalid-request', ours: 400 },
  { status: 401, kind: 'unauthenticated', ours: 401 },
  { status: 402, kind: 'insufficient-points', ours: 402 },
  { status: 403, kind: 'forbidden', ours: 403 },
  { status: 404, kind: 'model-not-found', ours: 404 },
  { status: 408, kind: 'upstream-timeout', ours: 504 },
  { status: 413, kind: 'context-length', ours: 400 },
  { status: 418, kind: 'invalid-request', ours: 400 },
  { status: 422, kind: 'invalid-request', ours: 400 },
  { status: 429, kind: 'rate-limited', ours: 429 },
  { status: 500, kind: 'upstream-failed', ours: 502 },
  { status: 502, kind: 'upstream-failed', ours: 502 },
  { status: 503, kind: 'overloaded', ours: 503 },
  { status: 504, kind: 'upstream-timeout', ours: 504 },
  { status: 524, kind: 'upstream-timeout', ours: 504 },
  { status: 529, kind: 'overloaded', ours: 503 },
];

const HTML = '<!DOCTYPE html><html><title>Just a moment...</title><body>Ray ID 12ab</body></html>';

describe.each(BY_STATUS)('HTTP $status', ({ status, kind, ours }) => {
  it.each([
    {
      form: 'documented',
      body: { error: { code: status, type: 't', message: 'Words.', metadata: {} } },
    },
    { form: 'recorded', body: { error: { message: 'Words.', type: 't', error_id: 'ab12' } } },
    { form: 'older', body: { error: { message: 'Words.', type: 't', code: 'some_code' } } },
    { form: 'flat', body: { message: 'Words.' } },
    { form: 'text', body: { error: 'Words.' } },
    { form: 'native', body: { text: 'Words.', allow_retry: false, error_type: 't' } },
  ])(`becomes ${kind} with Poe's words, in the $form form`, ({ body }) => {
    expect(read(status, body)).toMatchObject({ kind, status: ours, message: 'Words.' });
  });

  it.each([
    { form: 'a page of the CDN', body: HTML },
    { form: 'an empty body', body: '' },
    { form: 'an empty error', body: { error: {} } },
    { form: 'a list', body: [{ error: 'x' }] },
    { form: 'a cut body', body: '{"error":{"mess' },
    { form: 'words of the wrong type', body: { error: { message: 5, type: null, code: {} } } },
  ])(`becomes ${kind} with words of our own for $form`, ({ body }) => {
    const error = read(status, body);
    expect(error).toMatchObject({ kind, status: ours });
    expect(error.message).toMatch(/^[A-Z].{15,}\.$/);
    expect(error.message).not.toMatch(/[<{]/);
  });
});

describe('words that decide more than the status', () => {
  it.each<{ status: number; message: string; kind: ErrorKind }>([
    { status: 400, message: 'prompt is too long: 210000 tokens', kind: 'context-length' },
    {
      status: 400,
      message: "This model's maximum context length is 8 tokens",
      kind: 'context-length',
    },
    { status: 500, message: 'input exceeds the context window', kind: 'context-length' },
    { status: 400, message: 'Bot does not exist: xai/none', kind: 'model-not-found' },
    { status: 400, message: 'Model `gpt-9` not found.', kind: 'model-not-found' },
    { status: 500, message: 'Error from OpenAI: try again', kind: 'upstream-failed' },
  ])('"$message" under $status is $kind', ({ status, message, kind }) => {
    expect(read(status, { error: { message } }).kind).toBe(kind);
  });

  it("keeps Poe's code and param where the request is at fault", () => {
    const error = {
      message: 'No tools here.',
      param: 'model',
      code: 'unsupported_feature_for_model',
    };
    expect(read(400, { error })).toMatchObject({ param: error.param, code: error.code });
    expect(read(402, { error })).toMatchObject({ param: undefined, code: 'insufficient_quota' });
    expect(read(400, { error: { message: 'x', code: 400 } }).code).toBe('invalid_value');
  });
});

describe('an error inside a 200', () => {
  it.each<{ error: object; kind: ErrorKind }>([
    { error: { type: 'insufficient_credits', message: 'No points.' }, kind: 'insufficient-points' },
    { error: { type: 'provider_error', message: 'Broken.' }, kind: 'upstream-failed' },
    { error: { type: 'invalid_request_error', message: 'Bad.' }, kind: 'invalid-request' },
    {
      error: { type: 'invalid_request_error', message: 'prompt is too long' },
      kind: 'context-length',
    },
    { error: { type: 'moderation_error', message: 'No.' }, kind: 'forbidden' },
    { error: { code: 429, message: 'Slow down.' }, kind: 'rate-limited' },
    { error: { code: 529, message: 'Full.' }, kind: 'overloaded' },
    { error: { message: 'Who knows.' }, kind: 'upstream-failed' },
    { error: { type: 'billing_error', message: 'No points.' }, kind: 'insufficient-points' },
    {
      error: {
        type: 'invalid_request_error',
        message: '{"type":"error","error":{"type":"overloaded_error","message":"Full."}}',
      },
      kind: 'overloaded',
    },
    {
      error: {
        type: 'rate_limit_error',
        message: '{"type":"error","error":{"type":"api_error","message":"Slow."}}',
      },
      kind: 'rate-limited',
    },
    { error: {}, kind: 'upstream-failed' },
  ])('$error is $kind', ({ error, kind }) => {
    expect(readPoeErrorObject(JSON.parse(JSON.stringify({ error })), KEY).kind).toBe(kind);
  });
});

describe("the user's words", () => {
  it("are unwrapped from a vendor's JSON, however deep", () => {
    const inner = JSON.stringify({ type: 'error', error: { message: 'It does not think.' } });
    expect(said(inner)).toBe('It does not think.');
    expect(said(JSON.stringify({ error: { message: inner } }))).toBe('It does not think.');
    expect(said('{"message": "It does not think."}')).toBe('It does not think.');
  });

  it('are unwrapped from behind the names of the machinery too', () => {
    const inner = JSON.stringify({ type: 'error', error: { message: 'It does not think.' } });
    for (const message of [
      `litellm.BadRequestError: AnthropicException - ${inner}`,
      `litellm.BadRequestError: VertexAIException BadRequestError - b'${inner}'`,
    ])
      expect(said(message)).toBe('It does not think.');
  });

  it.each([
    'Write {"message": "x"} in place of it.',
    '{"a": 1} has no b.',
    'Half of it: {"error": {"message": "x"',
    '{"error": {"message": ""}}',
  ])('stay as they are where the JSON is no error: %s', (message) => {
    expect(said(message)).toBe(message);
  });

  it.each([
    { message: 'litellm.BadRequestError: OpenAIException - no tools', wanted: 'no tools' },
    { message: `bad key ${KEY} given`, wanted: 'bad key [key] given' },
    { message: 'key sk-proj-abcdefghijklmnop is wrong', wanted: 'key [key] is wrong' },
    { message: 'sent Authorization: Bearer abc.def', wanted: 'sent Authorization: Bearer [key]' },
    { message: 'from http://llm.internal:4000/v1 came 500', wanted: 'from [address] came 500' },
    { message: 'connect 10.1.2.3:8080 refused', wanted: 'connect [address] refused' },
    { message: 'Oh.\n    at run (/srv/a.js:1:2)\n    at b', wanted: 'Oh.' },
    { message: 'Oh. Traceback (most recent call last):\n  File "/srv/a.py"', wanted: 'Oh.' },
    { message: 'See https://poe.com/api/keys first', wanted: 'See https://poe.com/api/keys first' },
  ])('"$message" are "$wanted"', ({ message, wanted }) => {
    expect(said(message)).toBe(wanted);
  });

  it('never hold the key, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (before, after) => {
        const message = `${before}${KEY}${after}`;
        for (const body of [{ error: { message } }, { error: message }, { detail: message }])
          expect(read(400, body).message).not.toContain(KEY);
      }),
      LAW,
    );
  });

  it('are short', () => {
    expect(said('word '.repeat(100_000)).length).toBeLessThanOrEqual(2000);
  });

  it.each(['\n', ' ', '\n at', 'Bearer ', '\n File "'])(
    'are read quickly even from thousands of %j',
    (piece) => {
      const started = performance.now();
      said(`x${piece.repeat(2000)}y`);
      expect(performance.now() - started).toBeLessThan(3000);
    },
  );
});

describe('when to try again', () => {
  const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';
  it.each<{ headers: Record<string, string>; seconds: number }>([
    { headers: { 'retry-after': '7' }, seconds: 7 },
    { headers: { 'retry-after': '0.4' }, seconds: 1 },
    { headers: { 'retry-after': '0' }, seconds: 0 },
    { headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: DATE }, seconds: 30 },
    { headers: { 'retry-after': 'soon' }, seconds: 1 },
    { headers: { 'retry-after': '-5' }, seconds: 1 },
    { headers: { 'x-ratelimit-reset-requests': '12' }, seconds: 12 },
    { headers: { 'retry-after': '3', 'x-ratelimit-reset-requests': '12' }, seconds: 3 },
    { headers: {}, seconds: 1 },
    // Without Poe's clock beside it, ours has to do.
    { headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }, seconds: 20 },
    { headers: { 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT', date: DATE }, seconds: 1 },
    // What nobody can mean.
    { headers: { 'retry-after': '9'.repeat(400) }, seconds: 86_400 },
    { headers: { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT', date: DATE }, seconds: 86_400 },
  ])('a 429 with $headers says $seconds s', ({ headers, seconds }) => {
    expect(read(429, {}, headers).retryAfter).toBe(seconds);
  });

  it("a 503 repeats Poe's own advice", () => {
    expect(read(503, {}, { 'retry-after': '9' }).retryAfter).toBe(9);
  });

  it.each([400, 401, 402, 404, 500])('a %i is not told to wait for a rate limit', (status) => {
    expect(read(status, {}, { 'x-ratelimit-reset-requests': '60' }).retryAfter).toBeUndefined();
  });
});
