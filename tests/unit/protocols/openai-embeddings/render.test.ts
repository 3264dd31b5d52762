/** The reply: each vector as numbers, or as the bytes that the official SDKs read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderEmbeddings } from '../../../../src/protocols/openai-embeddings/index.ts';
import { LAW } from '../../record.ts';

const reply = (vectors: readonly ArrayLike<number>[], estimated = false) => ({
  vectors,
  tokens: 7,
  estimated,
  model: 'bge',
});

function embedding(vector: ArrayLike<number>, format: 'float' | 'base64'): unknown {
  const { data } = renderEmbeddings(reply([vector]), format);
  return (data as unknown as readonly { embedding: unknown }[])[0]?.embedding;
}

describe('the reply', () => {
  it('is a list in the order of the inputs, counted', () => {
    expect(renderEmbeddings(reply([[0.1, -2], Float32Array.of(0.5)]), 'float')).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.1, -2] },
        { object: 'embedding', index: 1, embedding: [0.5] },
      ],
      model: 'bge',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
  });

  it('says when the count is an estimate', () => {
    expect(renderEmbeddings(reply([], true), 'float')['usage']).toEqual({
      prompt_tokens: 7,
      total_tokens: 7,
      estimated: true,
    });
  });

  it('in base64 has 32-bit floats, the lowest byte first', () => {
    expect(embedding([1, -2.5], 'base64')).toBe('AACAPwAAIMA=');
    expect(embedding(Float32Array.of(1, -2.5), 'base64')).toBe('AACAPwAAIMA=');
  });

  it('law: what a client decodes are the numbers, whatever their number', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, maxLength: 5000 }), (vector) => {
        const bytes = Uint8Array.from(Buffer.from(String(embedding(vector, 'base64')), 'base64'));
        expect(new Float32Array(bytes.buffer)).toEqual(vector);
      }),
      { ...LAW, numRuns: 50 },
    );
  });
});
