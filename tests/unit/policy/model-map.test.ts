/** Names that clients insist on, and the bots that answer to them. */
import { describe, expect, it } from 'vitest';
import { mapModel, readModelMap } from '../../../src/policy/model-map.ts';

const MAP = readModelMap(
  JSON.stringify({
    'claude-*': 'Any-Claude',
    'claude-haiku-*': 'Small',
    'Claude-Haiku-4-5': 'Exact',
    '*-mini': 'Mini',
    'gpt-*-turbo-*': 'Turbo',
    'aa*aa': 'Twice',
    'openai/special': 'With-Prefix',
  }),
);

const NAMES: readonly (readonly [name: string, model: string])[] = [
  ['claude-opus-4-8', 'Any-Claude'],
  ['CLAUDE-HAIKU-4-5-20251001', 'Small'],
  ['claude-haiku-4-5', 'Exact'],
  ['anthropic/claude-haiku-4-5', 'Exact'],
  ['openai/special', 'With-Prefix'],
  ['gpt-5-mini', 'Mini'],
  ['gpt-4-turbo-preview', 'Turbo'],
  ['gpt-turbo', 'gpt-turbo'],
  ['aaa', 'aaa'],
  ['aaaa', 'Twice'],
  ['Echo', 'Echo'],
  ['', ''],
  ['constructor', 'constructor'],
];

describe('MODEL_MAP', () => {
  it.each(NAMES)('maps %j to %j', (name, model) => {
    expect(mapModel(MAP ?? [], name)).toBe(model);
  });

  it('takes one step: what a line says is not looked up again', () => {
    const map = readModelMap('{"a": "b", "b": "c"}') ?? [];
    expect(mapModel(map, 'a')).toBe('b');
  });

  it('answers to everything where it has nothing but a star', () => {
    const map = readModelMap('{"*": "Echo"}') ?? [];
    expect(mapModel(map, 'anything')).toBe('Echo');
  });
});
