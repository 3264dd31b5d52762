/** Names that clients insist on, the bots that answer to them, and what holds for them. */
import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../src/core/model.ts';
import { Mistakes } from '../../../src/lib/mistakes.ts';
import { chooseModel, findModel, listModels } from '../../../src/policy/model-choice.ts';
import { type ModelMap, readModelMap } from '../../../src/policy/model-map.ts';
import type { ModelsById } from '../../../src/policy/model-name.ts';

function mapOf(json: object): ModelMap {
  const map = readModelMap(JSON.stringify(json));
  if (map === undefined || map instanceof Mistakes) throw new Error(JSON.stringify(map));
  return map;
}

function listOf(...ids: readonly string[]): ModelsById {
  return new Map(
    ids.map((id): [string, ModelCard] => [
      id,
      {
        id,
        displayName: id.toUpperCase(),
        owner: 'someone',
        created: 1,
        outputModalities: ['text'],
        parameters: new Map(),
        entry: { root: id },
      },
    ]),
  );
}

const POE = listOf('claude-opus-4.5', 'gpt-4o', 'gpt-5', 'gpt-5-mini', 'sora-2', 'echo');

describe('the bot that answers', () => {
  const MAP = mapOf({
    'claude-*': 'Any-Claude',
    'claude-haiku-*': 'Small',
    'Claude-Haiku-4-5': 'Exact',
    '*-mini': 'Mini',
    'gpt-*-turbo-*': 'Turbo',
    'aa*aa': 'Twice',
    'openai/special': 'With-Prefix',
    short: 'claude-3-5-haiku-20241022',
  });
  const NAMES: readonly (readonly [name: string, model: string])[] = [
    ['claude-opus-4-8', 'Any-Claude'],
    ['CLAUDE-HAIKU-4-5-20251001', 'Small'],
    ['claude-haiku-4-5', 'Exact'],
    ['anthropic/claude-haiku-4-5', 'Exact'],
    ['openai/special', 'With-Prefix'],
    // Claude Code marks a long context so.
    ['claude-haiku-4-5[1m]', 'Exact'],
    ['anthropic/Claude-Haiku-4-5[1m]', 'Exact'],
    ['gpt-5-mini', 'Mini'],
    ['gpt-4-turbo-preview', 'Turbo'],
    ['gpt-turbo', 'gpt-turbo'],
    ['aaa', 'aaa'],
    ['aaaa', 'Twice'],
    ['Echo', 'Echo'],
    ['constructor', 'constructor'],
    // What a line says is a name like any other.
    ['short', 'claude-haiku-3.5'],
  ];
  it.each(NAMES)('to %j is %j', (name, model) => {
    expect(chooseModel(MAP, name).model).toBe(model);
  });

  it('is one step away: what a line says is not looked up again', () => {
    expect(chooseModel(mapOf({ a: 'b', b: 'c' }), 'a').model).toBe('b');
  });

  it('to a name with its vendor is that of the whole name, before that of a pattern', () => {
    const map = mapOf({ '*': 'Echo', 'gpt-4': 'GPT-5' });
    expect(chooseModel(map, 'openai/gpt-4', POE).model).toBe('gpt-5');
    expect(chooseModel(map, 'anything', POE).model).toBe('echo');
  });
});

describe('defaults', () => {
  const MAP = mapOf({
    '*': { system: 'Be brief.', parameters: { temperature: 0 } },
    'claude-*': { parameters: { thinking_budget: 2048 }, upstream: 'chat' },
    'claude-opus-4.5': { system: 'You are Opus.' },
    french: { model: 'claude-opus-4.5', system: 'Answer in French.' },
    quick: { model: 'claude-opus-4.5', parameters: { reasoning_effort: 'none' }, upstream: 'auto' },
    'gpt-4': 'gpt-5',
    'gpt-*': { model: 'gpt-5-mini', parameters: { verbosity: 'low' } },
  });
  const NAMES: readonly (readonly [string, string, string | undefined, object])[] = [
    ['echo', 'Be brief.', undefined, { temperature: 0 }],
    ['claude-opus-4.5', 'You are Opus.', 'chat', { temperature: 0, thinking_budget: 2048 }],
    // By another name of the bot's own.
    [
      'claude-opus-4-5-20251101',
      'You are Opus.',
      'chat',
      { temperature: 0, thinking_budget: 2048 },
    ],
    // What an alias leaves open, its bot's lines say.
    ['french', 'Answer in French.', 'chat', { temperature: 0, thinking_budget: 2048 }],
    // An effort and a budget would speak against each other.
    ['quick', 'Be brief.', 'auto', { temperature: 0, reasoning_effort: 'none' }],
    // What stands beside another bot is about that one.
    ['gpt-4', 'Be brief.', undefined, { temperature: 0 }],
    ['gpt-3', 'Be brief.', undefined, { temperature: 0, verbosity: 'low' }],
  ];
  it.each(NAMES)('for %s: %j, %s, %j', (name, system, upstream, parameters) => {
    expect(chooseModel(MAP, name, POE)).toMatchObject({ system, upstream, parameters });
  });

  it('do not follow a name to what it stands for elsewhere', () => {
    const map = mapOf({ a: 'echo', echo: { model: 'gpt-5', system: 'As Echo.' } });
    expect(chooseModel(map, 'a', POE)).toMatchObject({ model: 'echo', system: undefined });
    expect(chooseModel(map, 'echo', POE)).toMatchObject({ model: 'gpt-5', system: 'As Echo.' });
  });

  it('may have any name, and are no prototype', () => {
    const map = readModelMap('{"a": {"parameters": {"__proto__": {"polluted": 1}}}}') as ModelMap;
    const { parameters } = chooseModel(map, 'a');
    expect(Object.keys(parameters ?? {})).toEqual(['__proto__']);
    expect(parameters?.['polluted']).toBeUndefined();
  });
});

describe('a hidden model', () => {
  const HIDDEN: readonly (readonly [map: object, name: string, isHidden: boolean])[] = [
    [{ 'sora-*': { hidden: true } }, 'sora-2', true],
    [{ 'sora-*': { hidden: true } }, 'OpenAI/ Sora-2-Pro', true],
    [{ 'sora-*': { hidden: true } }, 'echo', false],
    // By another name of the bot's own.
    [{ 'claude-opus-4.5': { hidden: true } }, 'claude-opus-4-5-20251101', true],
    [{ 'gpt-4-0613': { hidden: true } }, 'gpt-4-0613', true],
    // An alias was given to be used, to a hidden bot too.
    [{ 'claude-opus-4.5': { hidden: true }, opus: 'claude-opus-4.5' }, 'opus', false],
    [{ 'claude-opus-4.5': { hidden: true }, 'gpt-*': 'claude-opus-4.5' }, 'gpt-4', false],
    [{ '*': { hidden: true }, opus: 'claude-opus-4.5' }, 'opus', false],
    [{ '*': { hidden: true }, opus: 'claude-opus-4.5' }, 'claude-opus-4.5', true],
    [{ opus: { model: 'claude-opus-4.5', hidden: true } }, 'opus', true],
    // All but some.
    [{ '*': { hidden: true }, 'gpt-5': { hidden: false } }, 'gpt-5', false],
    [{ '*': { hidden: true }, 'gpt-5': { hidden: false } }, 'gpt-5-2025-08-07', false],
    [{ '*': { hidden: true }, 'gpt-5': { hidden: false } }, 'gpt-5-mini', true],
    [{ '*': { hidden: true }, 'gpt-5': { system: 'x' } }, 'gpt-5', true],
    [{ '*': { hidden: true }, 'gpt-5': 'gpt-5' }, 'gpt-5', false],
    // Not in the list is not hidden.
    [{ 'gpt-5': { listed: false } }, 'gpt-5', false],
  ];
  it.each(HIDDEN)('with %j: %s is %s', (map, name, isHidden) => {
    expect(chooseModel(mapOf(map), name, POE).isHidden).toBe(isHidden);
    expect(findModel(mapOf(map), name, POE) === undefined).toBe(isHidden);
  });
});

describe('a name that is longer than any', () => {
  // Rule after rule over it would keep everybody waiting.
  const name = `gpt-4${'-preview-latest'.repeat(7_000)}`;

  it('is there for nobody, and takes no time', () => {
    const start = performance.now();
    expect(chooseModel([], name, POE).isHidden).toBe(true);
    expect(findModel([], name, POE)).toBe(undefined);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('is not one of a vendor and a long bot', () => {
    const long = `poe/openai/${'a'.repeat(200)}`;
    expect(chooseModel(mapOf({ ['a'.repeat(200)]: 'Echo' }), long).model).toBe('Echo');
  });
});

describe('the list', () => {
  const idsOf = (map: object): readonly string[] =>
    listModels(mapOf(map), POE).map(({ card }) => card.id);
  const LISTS: readonly (readonly [what: string, map: object, ids: readonly string[]])[] = [
    ['as Poe has it, without a map', {}, [...POE.keys()]],
    [
      'with the names that stand for bots',
      { 'My-Opus': 'Claude-Opus-4.5' },
      ['My-Opus', ...POE.keys()],
    ],
    ['without patterns', { 'gpt-4*': 'gpt-5' }, [...POE.keys()]],
    [
      'without hidden bots, and with their new names',
      { '*': { hidden: true }, opus: 'claude-opus-4.5', 'gpt-5': { hidden: false } },
      ['opus', 'gpt-5'],
    ],
    [
      'without what is not to be listed',
      {
        'gpt-*': { listed: false },
        'gpt-5': { listed: true },
        quiet: { model: 'echo', listed: false },
      },
      ['gpt-5', 'claude-opus-4.5', 'sora-2', 'echo'],
    ],
    ['with bots that Poe does not list', { 'My-Bot': { listed: true } }, ['My-Bot', ...POE.keys()]],
    [
      'with each name once',
      { 'GPT-5': 'claude-opus-4.5', '*': 'echo' },
      ['GPT-5', ...[...POE.keys()].filter((id) => id !== 'gpt-5')],
    ],
  ];
  it.each(LISTS)('is %s', (_, map, ids) => {
    expect(idsOf(map)).toEqual(ids);
  });

  it('says of a name what the bot is that answers to it', () => {
    const map = mapOf({ 'My-Opus': 'Claude-Opus-4.5', 'gpt-4o': 'gpt-5', Bot: 'Unlisted' });
    const shown = new Map(listModels(map, POE).map((one) => [one.card.id, one]));
    expect(shown.get('My-Opus')).toMatchObject({
      model: 'claude-opus-4.5',
      card: { displayName: 'My-Opus', owner: 'someone', entry: { root: 'claude-opus-4.5' } },
    });
    expect(shown.get('gpt-4o')).toMatchObject({
      model: 'gpt-5',
      card: { entry: { root: 'gpt-5' } },
    });
    expect(shown.get('Bot')).toMatchObject({
      model: 'Unlisted',
      card: { owner: 'poe', entry: {} },
    });
    expect(shown.get('echo')?.card).toBe(POE.get('echo'));
  });

  it.each([
    ['my-opus', 'My-Opus'],
    ['claude-opus-4-5-20251101', 'claude-opus-4.5'],
    ['gpt-4-0613', 'gpt-4-0613'],
    ['My-Bot', 'My-Bot'],
    ['nobody', undefined],
  ])('has %s as %s', (name, id) => {
    const map = mapOf({
      'My-Opus': 'Claude-Opus-4.5',
      'gpt-4*': 'gpt-5',
      'my-bot': { listed: true },
    });
    expect(findModel(map, name, POE)?.card.id).toBe(id === 'My-Bot' ? 'my-bot' : id);
  });
});
