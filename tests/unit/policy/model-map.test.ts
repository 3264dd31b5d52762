/** What `MODEL_MAP` may say, in its own form and in poe2openai's, and what is wrong with it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Mistakes } from '../../../src/lib/mistakes.ts';
import { mergeModelMaps, type ModelMap, readModelMap } from '../../../src/policy/model-map.ts';

/** A map that is right. */
function mapOf(json: object): ModelMap {
  const map = readModelMap(JSON.stringify(json));
  if (map === undefined || map instanceof Mistakes) throw new Error(JSON.stringify(map));
  return map;
}

function problemsOf(json: object): readonly string[] {
  const map = readModelMap(JSON.stringify(json));
  return map instanceof Mistakes ? map.problems : [];
}

describe('a map of names', () => {
  it('is read with all that a line may say', () => {
    const line = {
      model: ' Claude-Opus-4.5 ',
      listed: false,
      hidden: false,
      parameters: { thinking_budget: 2048, temperature: 0.2, stop: ['END'], web_search: null },
      upstream: 'bot',
      system: ' Answer in French. ',
    };
    expect(mapOf({ ' My-Opus ': line, 'GPT-4': 'GPT-5' })).toEqual([
      {
        ...line,
        pattern: 'my-opus',
        name: 'My-Opus',
        model: 'Claude-Opus-4.5',
        system: 'Answer in French.',
      },
      { pattern: 'gpt-4', name: 'GPT-4', model: 'GPT-5' },
    ]);
  });

  it('has whole names first, then the patterns that say more', () => {
    const map = mapOf({ '*': 'a', 'gpt-*': 'b', 'gpt-4*': 'c', 'gpt-4': 'd', '*-mini': 'e' });
    expect(map.map(({ name }) => name)).toEqual(['gpt-4', 'gpt-4*', '*-mini', 'gpt-*', '*']);
  });

  it('may have a name again that says the same, in other capitals', () => {
    expect(mapOf({ 'gpt-4': 'GPT-5', 'GPT-4': 'GPT-5' })).toHaveLength(1);
  });

  const WRONG: readonly (readonly [what: string, json: object, problems: readonly string[]])[] = [
    ['a line that is a number', { a: 5 }, ['entry 1 must be the name of a bot, or an object']],
    ['a line that is a list', { a: [] }, ['entry 1 must be the name of a bot']],
    ['a line that is null', { a: null }, ['entry 1 must be the name of a bot']],
    ['a blank bot', { a: ' ' }, ['entry 1 does not name a bot']],
    ['a blank name', { a: 'b', ' ': 'b' }, ['entry 2 has no name']],
    ['an endless name', { ['a'.repeat(201)]: 'b' }, ['entry 1 has no name, or a very long one']],
    ['a name twice', { a: 'b', A: 'c' }, ['entry 2 has the name of another']],
    [
      'wrong fields',
      {
        a: 'b',
        c: { model: 1, listed: 'no', hidden: 0, parameters: [], upstream: 'x', system: '' },
      },
      [
        'entry 2 has a wrong model: it must be a text',
        'entry 2 has a wrong listed: it must be true or false',
        'entry 2 has a wrong hidden: it must be true or false',
        'entry 2 has a wrong parameters: it must be an object',
        'entry 2 has a wrong upstream: it must be auto, chat or bot',
        'entry 2 has a wrong system: it must be a text of 1 to 100000 characters',
      ],
    ],
    [
      'an unknown field',
      { a: { secret: 'b' } },
      ['entry 1 has a field that is not one of model, '],
    ],
    [
      "a field of poe2openai's",
      { a: { mapping: 'b' } },
      ['entry 1 has a field that is not one of model'],
    ],
    [
      'wrong standard parameters',
      {
        a: {
          parameters: {
            temperature: 3,
            top_p: '1',
            max_tokens: 0,
            stop: ['', 'x'],
            reasoning_effort: 5,
            thinking_budget: 'anything',
          },
        },
      },
      [
        'entry 1 has a wrong parameters.temperature: it must be a number from 0 to 2',
        'entry 1 has a wrong parameters.top_p: it must be a number from 0 to 1',
        'entry 1 has a wrong parameters.max_tokens: it must be a whole number, 1 or more',
        'entry 1 has a wrong parameters.stop: it must be a list of texts',
        'entry 1 has a wrong parameters.reasoning_effort: it must be a word',
      ],
    ],
    [
      'too many names',
      Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`n${index}`, 'b'])),
      ['has more than 1000 entries'],
    ],
  ];
  it.each(WRONG)('that has %s is told where, all at once, without a value', (_, json, problems) => {
    const found = problemsOf(json);
    expect(found).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem);
    expect(found.join()).not.toContain('secret');
  });

  it.each(['[]', '5', '"a"', 'null', '{'])('is not %s', (text) => {
    expect(readModelMap(text)).toBeUndefined();
  });
});

describe('a models.yaml', () => {
  it('has lines of our own under models, or is the map itself', () => {
    const lines = { 'gpt-4': 'Claude-Opus-4.5', sora: { hidden: true } };
    expect(mapOf({ models: lines })).toEqual(mapOf(lines));
    expect(mapOf({ enable: true, models: lines })).toEqual(mapOf(lines));
  });

  it("of poe2openai's says what Poe's bots are called: that is shown, and both answer", () => {
    const map = mapOf({
      enable: true,
      models: {
        'GPT-4o': { mapping: 'My-GPT', replace_response: true },
        'gpt-5': { enable: false },
        'gpt-5-mini': { enable: false, mapping: 'mini' },
        'gpt-5-nano': { replace_response: true },
        o3: { enable: true },
        o1: null,
      },
      custom_models: [{ id: 'My-Bot', created: 1700000000, owned_by: 'me' }, { id: 'other' }],
      api_token: 'secret',
      use_v1_api: null,
    });
    expect(map).toEqual([
      { pattern: 'my-gpt', name: 'my-gpt', model: 'GPT-4o', listed: true },
      { pattern: 'mini', name: 'mini', model: 'gpt-5-mini', listed: false },
      { pattern: 'gpt-4o', name: 'GPT-4o', listed: false },
      { pattern: 'gpt-5', name: 'gpt-5', listed: false },
      { pattern: 'gpt-5-mini', name: 'gpt-5-mini', listed: false },
      { pattern: 'my-bot', name: 'my-bot', listed: true, created: 1700000000, owned_by: 'me' },
      { pattern: 'other', name: 'other', listed: true },
    ]);
  });

  it('may give two bots the name of each other', () => {
    const map = mapOf({ models: { a: { mapping: 'b' }, b: { mapping: 'a' } } });
    expect(map).toEqual([
      { pattern: 'b', name: 'b', model: 'a', listed: true },
      { pattern: 'a', name: 'a', model: 'b', listed: true },
    ]);
  });

  it.each([{ enable: false }, { enable: null }])('that is switched off says nothing: %j', (off) => {
    expect(mapOf({ ...off, models: { a: { mapping: 'b' }, c: 5 } })).toEqual([]);
  });

  const WRONG: readonly (readonly [json: object, problems: readonly string[]])[] = [
    [{ enable: 'yes', models: {} }, ['enable must be true or false']],
    [{ models: 'gpt-5' }, ['models must be an object of names and lines']],
    [{ models: [] }, ['models must be an object of names and lines']],
    [{ models: {}, custom_models: {} }, ['custom_models must be a list']],
    [
      { custom_models: ['a', { id: 5 }] },
      ['custom_models 1 has no name', 'custom_models 2 has no'],
    ],
    [{ models: { a: { mapping: 5 } } }, ['entry 1 has a wrong mapping: it must be a text']],
    [{ models: { a: { mapping: ' ' } } }, ['entry 1 has no name']],
    [{ models: { a: { mapping: 'b', enable: 1 } } }, ['entry 1 has a wrong enable']],
    [
      { models: { a: { mapping: 'c' }, b: { mapping: 'c' } } },
      ['entry 2 has the name of another, and says something else'],
    ],
    [{ models: { a: { mapping: 'c', model: 'd' } } }, ['entry 1 has a field that is not']],
  ];
  it.each(WRONG)('that is %j is told where', (json, problems) => {
    const found = problemsOf(json);
    for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem);
    expect(found).toHaveLength(problems.length);
  });
});

describe('two maps', () => {
  it('are one, with the lines of the first where both have a name', () => {
    const map = mergeModelMaps(
      mapOf({ 'GPT-4': { system: 'x' }, '*': 'a' }),
      mapOf({ 'gpt-4': 'b', 'gpt-*': 'c', '*': 'd' }),
    );
    expect(map.map(({ pattern, model }) => [pattern, model])).toEqual([
      ['gpt-4', undefined],
      ['gpt-*', 'c'],
      ['*', 'a'],
    ]);
  });
});

describe('docs/models.md', () => {
  const guide = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  const examples = [
    ...[...guide.matchAll(/```json\n([^`]*)```/g)].map(([, text]) => text ?? ''),
    ...[...guide.matchAll(/`(\{"[^`]*\})`/g)].map(([, text]) => text ?? ''),
  ];

  it.each(examples)('has a map that is right: %s', (text) => {
    expect(mapOf(JSON.parse(text) as object).length).toBeGreaterThan(0);
  });

  it('has every field', () => {
    const fields = ['model', 'hidden', 'listed', 'parameters', 'system', 'upstream', 'owned_by'];
    for (const field of fields) expect(guide).toMatch(new RegExp(`^\\| .*\`${field}\``, 'm'));
    expect(examples.length).toBeGreaterThan(3);
  });
});
