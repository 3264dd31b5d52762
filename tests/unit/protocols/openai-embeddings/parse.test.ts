/** What becomes of an embeddings body: the inputs, or a 400 that names the field. */
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../src/lib/json.ts';
import { parseEmbeddings } from '../../../../src/protocols/openai-embeddings/index.ts';
import { thrownBy } from '../../record.ts';

const MISSING = 'missing_field';

const BAD: readonly { param?: string; code?: string; says?: string; body: JsonValue }[] = [
  { body: null },
  { body: ['text'] },
  { body: 'text' },
  { param: 'input', code: MISSING, body: {} },
  { param: 'input', code: MISSING, body: { input: null } },
  { param: 'input', code: MISSING, body: { input: [] } },
  { param: 'input', says: 'empty', body: { input: '' } },
  { param: 'input', says: 'not a number', body: { input: 5 } },
  { param: 'input', body: { input: { text: 'a' } } },
  { param: 'input[1]', says: 'empty', body: { input: ['a', ''] } },
  { param: 'input[1]', says: 'empty', body: { input: [[1], []] } },
  { param: 'input[1]', says: 'not null', body: { input: ['a', null] } },
  { param: 'input[1]', says: 'not a number', body: { input: ['a', 5] } },
  { param: 'input[1]', says: 'token', body: { input: [1, 'a'] } },
  { param: 'input[1]', says: 'token', body: { input: [1, 1.5] } },
  { param: 'input[1]', says: 'token', body: { input: [1, -1] } },
  { param: 'input[0][1]', says: 'token', body: { input: [[1, 'a']] } },
  { param: 'input', says: '2049 texts', body: { input: Array(2049).fill('a') } },
  { param: 'input', says: '8193 tokens', body: { input: Array(8193).fill(1) } },
  { param: 'input[1]', says: '8193 tokens', body: { input: [[1], Array(8193).fill(1)] } },
  { param: 'dimensions', body: { input: 'a', dimensions: 0 } },
  { param: 'dimensions', body: { input: 'a', dimensions: '256' } },
  {
    param: 'encoding_format',
    says: 'float or base64',
    body: { input: 'a', encoding_format: 'hex' },
  },
  { param: 'encoding_format', body: { input: 'a', encoding_format: 1 } },
  { param: 'model', body: { input: 'a', model: 1 } },
  { param: 'user', body: { input: 'a', user: 1 } },
];

describe('a wrong body', () => {
  it.each(BAD)('is a 400 that names $param: $says', ({ param, code, says = '', body }) => {
    const error = thrownBy(() => parseEmbeddings(body));
    expect(error).toMatchObject({ kind: 'invalid-request', param, code: code ?? 'invalid_value' });
    expect((error as Error).message).toContain(says);
  });
});

describe('the inputs', () => {
  it.each([
    ['a text', 'a', ['a']],
    ['white space', ' ', [' ']],
    ['texts', ['a', 'b'], ['a', 'b']],
    ['the tokens of one text', [1, 0, 100_257], [[1, 0, 100_257]]],
    ['the tokens of several texts', [[1, 2], [3]], [[1, 2], [3]]],
    ['texts and tokens', ['a', [1]], ['a', [1]]],
    ['as many as OpenAI takes', Array(2048).fill('a'), Array(2048).fill('a')],
  ])('are %s', (_, input, inputs) => {
    expect(parseEmbeddings({ input }).request.inputs).toEqual(inputs);
  });
});

describe('the rest', () => {
  it('is read', () => {
    expect(
      parseEmbeddings({
        model: ' bge ',
        input: 'a',
        dimensions: 256,
        encoding_format: 'base64',
        user: 'u',
      }),
    ).toEqual({
      format: 'base64',
      request: { model: 'bge', inputs: ['a'], dimensions: 256, user: 'u', others: {} },
    });
  });

  it('may be missing or null: numbers are the default', () => {
    const plain = { model: '', inputs: ['a'], others: {} };
    expect(parseEmbeddings({ input: 'a' })).toEqual({ format: 'float', request: plain });
    const nulls = { model: null, dimensions: null, encoding_format: null, user: null, task: null };
    expect(parseEmbeddings({ input: 'a', ...nulls })).toEqual({ format: 'float', request: plain });
  });

  it('that only some servers know is kept, whatever its name', () => {
    const body = JSON.parse('{"input":"a","input_type":"query","__proto__":1}') as JsonValue;
    const { others } = parseEmbeddings(body).request;
    expect(Object.entries(others)).toEqual([
      ['input_type', 'query'],
      ['__proto__', 1],
    ]);
  });
});
