/** Poe's model list: how it is asked for, and what is read of it, strange entries included. */
import { describe, expect, it } from 'vitest';
import { makesMedia } from '../../../../src/core/model.ts';
import { buildModelsCall, readModels } from '../../../../src/upstreams/poe-models/index.ts';

function readOne(entry: object) {
  const [card] = readModels(JSON.stringify({ data: [entry] })) ?? [];
  if (!card) throw new Error('no card');
  return card;
}

describe('buildModelsCall', () => {
  it('sends no credential when there is none, and the key when there is one', () => {
    expect(buildModelsCall('https://a.test')).toEqual({
      method: 'GET',
      url: 'https://a.test/v1/models',
      headers: { accept: 'application/json' },
    });
    expect(buildModelsCall('https://a.test', 'k').headers['authorization']).toBe('Bearer k');
  });
});

describe('readModels', () => {
  it('reads what decides how a bot is asked, and keeps the rest', () => {
    const entry = {
      id: 'My-Painter',
      created: 1_700_000_000_123,
      owned_by: 'Somebody',
      architecture: { output_modalities: ['image', 7] },
      metadata: { display_name: 'My Painter' },
      parameters: [{ name: 'size' }, { label: 'nameless' }, 'odd'],
      pricing: { prompt: '1' },
    };
    const card = readOne(entry);
    expect(card).toEqual({
      id: 'my-painter',
      displayName: 'My Painter',
      owner: 'Somebody',
      created: 1_700_000_000,
      outputModalities: ['image'],
      parameters: new Map([['size', {}]]),
      entry,
    });
  });

  it.each([
    { given: 1_700_000_000, seconds: 1_700_000_000 },
    { given: 1_700_000_000_999, seconds: 1_700_000_000 },
    { given: undefined, seconds: 0 },
    { given: 'yesterday', seconds: 0 },
  ])('reads created $given as $seconds', ({ given, seconds }) => {
    expect(readOne({ id: 'a', created: given }).created).toBe(seconds);
  });

  it('is content with an id alone', () => {
    const wanted = { id: 'a', displayName: 'A', owner: 'Poe', outputModalities: [] };
    expect(readOne({ id: 'A', architecture: null, metadata: [], parameters: {} })).toMatchObject(
      wanted,
    );
  });

  it('leaves out entries without an id and keeps the order of the others', () => {
    const body = JSON.stringify({ data: [{ id: 'b' }, null, 5, {}, { id: 6 }, { id: 'a' }] });
    expect(readModels(body)?.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it.each(['', '<html>', 'null', '[]', '{}', '{"data":{}}', '{"data":[{"id":"a"}'])(
    'does not take %j for a list',
    (body) => {
      expect(readModels(body)).toBeUndefined();
    },
  );
});

describe('a card', () => {
  it.each([
    { modalities: ['image'], media: true },
    { modalities: ['video', 'audio'], media: true },
    { modalities: ['text', 'image'], media: false },
    { modalities: [], media: false },
  ])('with output $modalities makes media: $media', ({ modalities, media }) => {
    const card = readOne({ id: 'a', architecture: { output_modalities: modalities } });
    expect(makesMedia(card)).toBe(media);
  });
});
