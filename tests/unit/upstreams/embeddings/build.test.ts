/** The call to an embeddings server: where it goes, what it says, and whose key it has. */
import { describe, expect, it } from 'vitest';
import { buildEmbeddings, embeddingsUrl } from '../../../../src/upstreams/embeddings/index.ts';

describe('where the embeddings are', () => {
  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1/embeddings'],
    ['http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434/v1/embeddings'],
    ['https://e.example/compat/v2', 'https://e.example/compat/v2/embeddings'],
    ['https://e.example/v1beta/openai', 'https://e.example/v1beta/openai/embeddings'],
    ['https://e.example/v1/openai', 'https://e.example/v1/openai/embeddings'],
    ['https://e.example/v1/embeddings', 'https://e.example/v1/embeddings'],
    ['https://e.example/v1x/api', 'https://e.example/v1x/api/v1/embeddings'],
    ['https://v1.example', 'https://v1.example/v1/embeddings'],
  ])('%s → %s', (base, url) => {
    expect(embeddingsUrl(base)).toBe(url);
  });
});

describe('the call', () => {
  const request = {
    model: 'bge',
    inputs: ['a', 'b', 'c'],
    dimensions: 256,
    user: 'u',
    others: { input_type: 'query', model: 'other', encoding_format: undefined },
  };
  const server = { url: 'http://e/v1/embeddings', key: 'server-key' };

  it('asks for the inputs of its batch, with all that the server may know', () => {
    const { method, url, headers, body } = buildEmbeddings(request, ['b', [1, 2]], server);
    expect({ method, url }).toEqual({ method: 'POST', url: server.url });
    expect(headers).toMatchObject({
      authorization: 'Bearer server-key',
      'content-type': 'application/json',
    });
    expect(JSON.parse(String(body))).toEqual({
      input_type: 'query',
      model: 'bge',
      input: ['b', [1, 2]],
      dimensions: 256,
      user: 'u',
    });
  });

  it('without a key has none, and without wishes says nothing of them', () => {
    const plain = { model: 'bge', inputs: ['a'], others: {} };
    const { headers, body } = buildEmbeddings(plain, ['a'], { ...server, key: undefined });
    expect(Object.keys(headers)).not.toContain('authorization');
    expect(body).toBe('{"model":"bge","input":["a"]}');
  });
});
