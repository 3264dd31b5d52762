/** What a command makes of its arguments: its own flags, and where the tool's begin. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cli/arguments.ts';
import type { CommandError } from '../../cli/command-error.ts';

const FLAGS = {
  model: { value: 'BOT', says: '' },
  once: { says: '' },
  help: { short: 'h', says: '' },
};

const read = (args: readonly string[], restIs: string | undefined = 'claude') => {
  const { values, switches, rest } = readArguments(args, FLAGS, restIs);
  return { values, switches: [...switches], rest };
};

describe('the arguments of a command', () => {
  test.each<[string, readonly string[], object]>([
    ['nothing is nothing', [], {}],
    ['a value is the next word', ['--model', 'GPT-5'], { values: { model: 'GPT-5' } }],
    ['or stands after =', ['--model=-odd-'], { values: { model: '-odd-' } }],
    ['the last of two values counts', ['--model', 'A', '--model', 'B'], { values: { model: 'B' } }],
    ['blanks around a value go', ['--model', ' A '], { values: { model: 'A' } }],
    ['switches are on or off', ['--once', '-h'], { switches: ['once', 'help'] }],
    [
      'all after -- is left as it stands',
      ['--once', '--', '--model', 'x', '--', '', '-p'],
      { switches: ['once'], rest: ['--model', 'x', '--', '', '-p'] },
    ],
    [
      'the first word that is no flag begins the rest too',
      ['--model', 'A', 'node', '--model', 'x', '--', 'y'],
      { values: { model: 'A' }, rest: ['node', '--model', 'x', '--', 'y'] },
    ],
    ['so does an empty word', ['', '--once'], { rest: ['', '--once'] }],
    ['and a lone dash', ['-'], { rest: ['-'] }],
  ])('%s', (_, args, expected) => {
    expect(read(args)).toEqual({ values: {}, switches: [], rest: [], ...expected });
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a flag that is not there', ['-p', 'hi'], /^There is no flag -p\. .*claude comes after "--"/],
    ['a flag that every object has', ['--constructor'], /no flag --constructor/],
    ['a value that is missing', ['--model'], /--model needs a value: --model BOT/],
    ['a flag in the place of a value', ['--model', '--once'], /--model needs a value/],
    ['the end in the place of a value', ['--model', '--', 'x'], /--model needs a value/],
    ['a blank value', ['--model= '], /--model needs a value/],
    ['a control character in a value', ['--model', 'a\nb'], /--model needs a value/],
    ['a value for a switch', ['--once=yes'], /--once takes no value/],
  ])('%s is refused with exit code 2', (_, args, message) => {
    expect(() => read(args)).toThrow(
      expect.objectContaining<Partial<CommandError>>({
        exitCode: 2,
        message: expect.stringMatching(message),
      }),
    );
  });

  test('a command without a tool takes flags alone', () => {
    expect(() => readArguments(['x'], FLAGS)).toThrow('"x" is too much here');
    expect(() => readArguments(['-x'], FLAGS)).toThrow(/^There is no flag -x\.$/);
    expect(readArguments(['--'], FLAGS).rest).toEqual([]);
  });
});
