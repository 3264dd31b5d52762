/** What an answer costs by Poe's list, in thousandths of a point. */
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../../src/core/event.ts';
import type { ModelCard } from '../../../src/core/model.ts';
import { millipointsOf } from '../../../src/policy/price.ts';
import { readModels } from '../../../src/upstreams/poe-models/index.ts';

const USED: Usage = { inputTokens: 1000, outputTokens: 200, estimated: false };

function card(pricing: unknown, output: readonly string[] = ['text']): ModelCard | undefined {
  const entry = { id: 'bot', pricing, architecture: { output_modalities: output } };
  return readModels(JSON.stringify({ data: [entry] }))?.[0];
}

const SONNET = {
  prompt: '0.0000026',
  completion: '0.000013',
  image: null,
  request: null,
  input_cache_read: '0.00000026',
  input_cache_write: '0.0000032',
};

describe('the price of an answer', () => {
  it('is the sum of its tokens, at 30 dollars for a million points', () => {
    // 0.0026 and 0.0026 dollars.
    expect(millipointsOf(card(SONNET), USED, 1)).toBe(173_333);
  });

  it('agrees with what Poe itself says a question cost', () => {
    // Poe: "450 points (5290 tokens)", at a price that it rounds to two digits.
    const used = { inputTokens: 5290, outputTokens: 0, estimated: false };
    const points = (millipointsOf(card(SONNET), used, 1) ?? 0) / 1000;
    expect(Math.abs(points - 450)).toBeLessThan(450 * 0.02);
  });

  it('is less for tokens from the cache, which are a part of the input', () => {
    const used = { ...USED, cachedInputTokens: 900 };
    // 100 at the ordinary price, 900 at a tenth of it.
    expect(millipointsOf(card(SONNET), used, 1)).toBe(103_133);
  });

  it.each([
    ['has a price for each call, and two were made', { request: '0.0060' }, 400_000],
    ['has both', { ...SONNET, request: '0.0030' }, 373_333],
    ['is free', { request: '0.00' }, 0],
    ['has numbers for prices', { prompt: 0.0000026, completion: 0.000013 }, 173_333],
  ])('where the list %s', (_, pricing, millipoints) => {
    expect(millipointsOf(card(pricing), USED, 2)).toBe(millipoints);
  });

  it.each([
    ['a bot that is not listed', undefined],
    ['a bot without prices', card(null)],
    ['half a price', card({ prompt: '0.0000026', completion: null })],
    ['a price that is no number', card({ prompt: 'a lot', completion: '1' })],
    ['an empty price', card({ request: '' })],
    ['a price below nothing', card({ request: '-1' })],
    ['pictures by the token: nobody tells how many they have', card(SONNET, ['image'])],
  ])('is unknown, and not nothing, for %s', (_, of) => {
    expect(millipointsOf(of, USED, 1)).toBeUndefined();
  });

  it('is the ordinary one for the cache where the list has no other', () => {
    const used = { ...USED, cachedInputTokens: 900 };
    expect(millipointsOf(card({ ...SONNET, input_cache_read: null }), used, 1)).toBe(173_333);
  });

  it('is known for pictures by the call', () => {
    expect(millipointsOf(card({ request: '0.03' }, ['image']), USED, 1)).toBe(1_000_000);
  });
});
