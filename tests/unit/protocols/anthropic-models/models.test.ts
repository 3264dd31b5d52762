/** Poe's list in Anthropic's shape: pages in both directions, and what a card says of a bot. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { ModelCard } from '../../../../src/core/model.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import {
  type ModelPage,
  renderAnthropicModel,
  renderAnthropicModels,
} from '../../../../src/protocols/anthropic-models/index.ts';
import { thrownBy } from '../../record.ts';

function card(id: string, created = 0, entry: JsonObject = {}): ModelCard {
  return {
    id,
    displayName: id.toUpperCase(),
    owner: 'Somebody',
    created,
    outputModalities: ['text'],
    parameters: new Map(),
    entry,
  };
}

/** Newest last, as nobody should count on it. */
const CARDS = ['a', 'b', 'c', 'd', 'e'].map((id, age) => card(id, age));

interface Shown {
  readonly ids: string;
  readonly more: unknown;
  readonly ends: readonly unknown[];
}

function shown(page: ModelPage, cards = CARDS): Shown {
  const {
    data,
    has_more: more,
    first_id: first,
    last_id: last,
  } = renderAnthropicModels(cards, page);
  const ids = (data as readonly JsonObject[]).map(({ id }) => String(id)).join('');
  return { ids, more, ends: [first, last] };
}

describe('a page', () => {
  it.each<[ModelPage, string, boolean]>([
    [{}, 'edcba', false],
    [{ limit: '' }, 'edcba', false],
    [{ limit: '5' }, 'edcba', false],
    [{ limit: '2' }, 'ed', true],
    [{ limit: '2', afterId: 'd' }, 'cb', true],
    [{ limit: '2', afterId: 'c' }, 'ba', false],
    [{ afterId: 'a' }, '', false],
    [{ limit: '2', beforeId: 'a' }, 'cb', true],
    [{ limit: '3', beforeId: 'b' }, 'edc', false],
    [{ beforeId: 'e' }, '', false],
    [{ afterId: 'e', beforeId: 'a' }, 'dcb', false],
    [{ limit: '2', afterId: 'e', beforeId: 'a' }, 'dc', true],
  ])('%j has %j, and more: %s', (page, ids, more) => {
    const ends = ids === '' ? [null, null] : [ids[0], ids.at(-1)];
    expect(shown(page)).toEqual({ ids, more, ends });
  });

  it('has 20 models where nothing is said', () => {
    const cards = Array.from({ length: 30 }, (_, index) => card(`bot-${index}`));
    const { ends } = shown({}, cards);
    expect(ends).toEqual(['bot-0', 'bot-19']);
  });

  it.each<[string, ModelPage]>([
    ['limit', { limit: '0' }],
    ['limit', { limit: '1001' }],
    ['limit', { limit: '2.5' }],
    ['limit', { limit: 'all' }],
    ['after_id', { afterId: 'x' }],
    ['before_id', { beforeId: '' }],
  ])('of no list is a 400 that names %s', (param, page) => {
    const error = thrownBy(() => shown(page));
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ kind: 'invalid-request', param });
  });
});

describe('a model', () => {
  it('has its names, its time and its limits', () => {
    const entry = { context_window: { context_length: 200_000, max_output_tokens: 64_000 } };
    expect(renderAnthropicModel(card('claude-x', 1_758_868_894, entry))).toEqual({
      type: 'model',
      id: 'claude-x',
      display_name: 'CLAUDE-X',
      created_at: '2025-09-26T06:41:34Z',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      capabilities: null,
      lifecycle: 'active',
      line: null,
      deprecated_at: null,
      retires_at: null,
    });
  });

  it.each([
    [{}, null, null],
    [{ context_window: null, context_length: 8000 }, 8000, null],
    [{ context_window: { context_length: 0, max_output_tokens: null } }, null, null],
  ])('says null for what Poe does not say: %j', (entry, input, output) => {
    expect(renderAnthropicModel(card('x', 0, entry))).toMatchObject({
      max_input_tokens: input,
      max_tokens: output,
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15])('has a time though it is %s', (created) => {
    expect(renderAnthropicModel(card('x', created))['created_at']).toBe('1970-01-01T00:00:00Z');
  });
});
