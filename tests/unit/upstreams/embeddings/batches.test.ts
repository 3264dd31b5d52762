/** Many inputs in several calls: few at a time, in order, smaller where the server wants them so. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import { inBatches } from '../../../../src/upstreams/embeddings/index.ts';
import { LAW } from '../../record.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A server that takes so many inputs at once, and gives each input back as its vector. */
function server(takes: number) {
  const calls: number[] = [];
  let under = 0;
  let most = 0;
  return {
    calls,
    most: () => most,
    async embed(batch: readonly number[]) {
      calls.push(batch.length);
      most = Math.max(most, ++under);
      // The later ones answer first.
      await new Promise((resolve) => setTimeout(resolve, 3 - (calls.length % 3)));
      under -= 1;
      if (batch.length > takes) throw new GatewayError('too-large', 'too many');
      return { vectors: batch.map((input) => [input]), tokens: batch.length };
    },
  };
}

describe('batches', () => {
  it('have no more than their size, and no more than four are under way', async () => {
    const { embed, calls, most } = server(10);
    const made = await inBatches(numbers(95), 10, embed);
    expect(calls.sort()).toEqual([...Array(9).fill(10), 5].sort());
    expect(most()).toBe(4);
    expect(made).toEqual({ vectors: numbers(95).map((input) => [input]), tokens: 95 });
  });

  it('of one call are one call', async () => {
    const { embed, calls } = server(10);
    await inBatches(numbers(10), 10, embed);
    expect(calls).toEqual([10]);
  });

  it('are halved until the server takes them, and stay so', async () => {
    const { embed, calls, most } = server(7);
    const made = await inBatches(numbers(100), 100, embed);
    expect(made.vectors).toEqual(numbers(100).map((input) => [input]));
    expect(made.tokens).toBe(100);
    expect(calls[0]).toBe(100);
    expect(calls.filter((length) => length > 7).length).toBeLessThanOrEqual(1 + 3 * 4);
    expect(calls.filter((length) => length <= 7).length).toBeLessThanOrEqual(17);
    expect(most()).toBeLessThanOrEqual(4);
  });

  it('law: every input has its vector, in its place, whatever the sizes', async () => {
    const sizes = fc.integer({ min: 1, max: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, sizes, async (count, size, takes) => {
        const made = await inBatches(numbers(count), size, async (batch) => {
          if (batch.length > takes) throw new GatewayError('too-large', 'too many');
          return { vectors: batch.map((input) => [input]), tokens: 1 };
        });
        expect(made.vectors).toEqual(numbers(count).map((input) => [input]));
      }),
      LAW,
    );
  });

  it('end with one input that is too large by itself', async () => {
    const error = new GatewayError('too-large', 'too large');
    let calls = 0;
    const made = inBatches(numbers(64), 64, async (batch) => {
      calls += 1;
      if (batch.includes(13)) throw error;
      return { vectors: batch.map((input) => [input]), tokens: 1 };
    });
    await expect(made).rejects.toBe(error);
    expect(calls).toBeLessThan(64);
  });

  it('end with any other failure, and begin no other call', async () => {
    let calls = 0;
    const made = inBatches(numbers(100), 1, async () => {
      calls += 1;
      throw new GatewayError('rate-limited', 'slow down');
    });
    await expect(made).rejects.toMatchObject({ kind: 'rate-limited' });
    expect(calls).toBe(4);
  });

  it('begin no other call either when those under way go well later', async () => {
    let calls = 0;
    const made = inBatches(numbers(100), 1, async ([input = 0]) => {
      calls += 1;
      if (input === 0) throw new GatewayError('rate-limited', 'slow down');
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { vectors: [[input]], tokens: 1 };
    });
    await expect(made).rejects.toMatchObject({ kind: 'rate-limited' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(calls).toBe(4);
  });

  it('are not counted where one of them is not', async () => {
    const made = await inBatches(numbers(3), 1, async ([input = 0]) => ({
      vectors: [[input]],
      tokens: input === 1 ? undefined : 5,
    }));
    expect(made.tokens).toBeUndefined();
  });
});
