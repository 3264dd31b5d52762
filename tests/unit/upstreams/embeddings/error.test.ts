/** What the refusals of real servers mean, in their own words, and without what is nobody's to see. */
import { describe, expect, it } from 'vitest';
import { readEmbeddingsError } from '../../../../src/upstreams/embeddings/index.ts';

const SERVER = { url: 'http://embeddings.internal:8080/v1/embeddings', key: 'gateway-secret-key' };

function refusal(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readEmbeddingsError({ status, header: (name) => headers[name] }, text, SERVER);
}
const says = (message: string) => ({ error: { message } });

describe('the kind', () => {
  it.each([
    [400, says('dimensions is not supported by this model'), 'invalid-request', 400],
    [422, { detail: [{ msg: 'Input should be a valid string' }] }, 'invalid-request', 400],
    [401, says('Incorrect API key provided: gateway-secret-key'), 'upstream-failed', 502],
    [403, says('You may not use this model'), 'upstream-failed', 502],
    [402, says('No credits left'), 'upstream-failed', 502],
    [404, says('model "bge" not found, try pulling it first'), 'model-not-found', 404],
    [404, { detail: 'Not Found' }, 'upstream-failed', 502],
    [404, '', 'upstream-failed', 502],
    [405, '', 'upstream-failed', 502],
    [301, '', 'upstream-failed', 502],
    [408, '', 'upstream-timeout', 504],
    [429, says('Rate limit reached'), 'rate-limited', 429],
    [500, says('boom'), 'upstream-failed', 502],
    [501, says('This server does not support embeddings'), 'upstream-failed', 502],
    [503, says('Loading model'), 'overloaded', 503],
    [504, '', 'upstream-timeout', 504],
    [418, '', 'upstream-failed', 502],
  ])('of a %i %j is %s', (status, body, kind, shown) => {
    expect(refusal(status, body)).toMatchObject({ kind, status: shown });
  });

  it.each([
    [413, ''],
    [413, '<html><h1>413 Request Entity Too Large</h1></html>'],
    [413, { error: 'batch size 64 > maximum allowed batch size 32', error_type: 'Validation' }],
    [422, { message: 'batch size 60 > maximum allowed batch size 32', code: 422 }],
    [400, says('batch size is invalid, it should not be larger than 10.: input.contents')],
    [400, [{ error: { message: 'at most 100 requests can be in one batch' } }]],
    [400, says('Too many inputs. The max number of inputs is 16.')],
    [400, says('Requested 375703 tokens, max 300000 tokens per request')],
    [400, says("Invalid 'input': array too long. Expected an array with maximum length 2048")],
    [400, { message: 'invalid request: total number of texts must be at most 96 - received 100' }],
    [400, { message: 'Too many tokens overall, split into more batches.' }],
    [422, { detail: [{ msg: 'ensure this value has at most 1024 items' }] }],
  ])('of a %i %j asks for fewer inputs', (status, body) => {
    expect(refusal(status, body)).toMatchObject({ kind: 'too-large' });
  });

  it.each([
    [400, says("This model's maximum context length is 8192 tokens, you requested 9000")],
    [413, { error: 'Input validation error: `inputs` must have less than 512 tokens. Given: 600' }],
    [400, says('input is too large to process. increase the physical batch size')],
  ])('of a %i %j is one text that is too long', (status, body) => {
    expect(refusal(status, body)).toMatchObject({ kind: 'context-length' });
  });
});

describe('the words', () => {
  it.each([
    [400, says('No.'), 'The embeddings server refused the request (HTTP 400): No.'],
    [400, { error: 'No.' }, 'The embeddings server refused the request (HTTP 400): No.'],
    [400, { message: 'No.' }, 'The embeddings server refused the request (HTTP 400): No.'],
    [400, { detail: 'No.' }, 'The embeddings server refused the request (HTTP 400): No.'],
    [400, 'No.', 'The embeddings server refused the request (HTTP 400): No.'],
    [400, '', 'The embeddings server refused the request (HTTP 400).'],
    [400, '{}', 'The embeddings server refused the request (HTTP 400).'],
    [400, '"No."', 'The embeddings server refused the request (HTTP 400).'],
    [500, '<html>Bad</html>', 'The embeddings server failed (HTTP 500).'],
    [401, says('x'), "The embeddings server refused the gateway's key. Check EMBEDDINGS_API_KEY."],
    [404, '', 'The embeddings server is of no use (HTTP 404). Check EMBEDDINGS_BASE_URL.'],
    [
      403,
      says('Not yours.'),
      'The embeddings server is of no use (HTTP 403): Not yours. Check EMBEDDINGS_API_KEY.',
    ],
  ])('of a %i %j are: %s', (status, body, message) => {
    expect(refusal(status, body).message).toBe(message);
  });

  it('name neither the key nor the address', () => {
    const said =
      'gateway-secret-key is bad at http://10.0.0.5:8080/x and embeddings.internal:8080 and sk-abcdefghijklmnop';
    for (const body of [says(said), { error: said }, said]) {
      const { message } = refusal(400, body);
      expect(message).toContain('[key] is bad at [address] and [address] and [key]');
      expect(message).not.toMatch(/gateway-secret|10\.0\.0|internal|sk-/);
    }
  });

  it('are bounded', () => {
    expect(refusal(400, says('x'.repeat(100_000))).message.length).toBeLessThan(2200);
    expect(refusal(400, 'x'.repeat(60_000)).message.length).toBeLessThan(700);
  });
});

describe('beside them', () => {
  it('the field at fault is named, where the request is', () => {
    const body = { error: { message: 'no', param: 'dimensions' } };
    expect(refusal(400, body).param).toBe('dimensions');
    expect(refusal(500, body).param).toBeUndefined();
  });

  it.each([
    ['7', 7],
    ['1.2', 2],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ])('retry-after %s is %j', (value, seconds) => {
    expect(refusal(429, '', { 'retry-after': value }).retryAfter).toBe(seconds);
  });

  it.each([
    [401, false],
    [404, false],
    [501, false],
    [500, true],
    [503, true],
  ])('a %i may be tried again: %j', (status, retryable) => {
    expect(refusal(status, '').retryable).toBe(retryable);
  });
});
