/** A program's call: plain but for batch files, whose words come through cmd.exe as they went in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spawnCall } from '../../cli/spawn-call.ts';

const CMD = 'C:\\Windows\\system32\\cmd.exe';
const batch = { file: 'C:\\a b\\t(1).cmd', args: [], batch: true } as const;

test("a program is given its own arguments, then the user's, without a shell", () => {
  expect(spawnCall({ file: 'node', args: ['t.js'] }, ['-p', 'a "b" & c'], CMD)).toEqual({
    file: 'node',
    args: ['t.js', '-p', 'a "b" & c'],
    verbatim: false,
  });
});

/** One reading of a line by cmd.exe. All quotes must be escaped, so no text is inside of any. */
function readByCmd(line: string): string {
  let read = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '^') {
      at += 1;
      read += line[at] ?? '';
    } else {
      expect('()[]%!"<>&|;,*?', `${character} has a meaning in ${line}`).not.toContain(character);
      read += character;
    }
  }
  return read;
}

/** How a Windows program takes its command line apart. */
function takeApart(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const [slashes = ''] = /^\\*/.exec(line.slice(at)) ?? [];
    const next = line[at + slashes.length];
    if (slashes !== '' || next === '"') {
      const escaped = next === '"' && slashes.length % 2 === 1;
      word = (word ?? '') + (next === '"' ? slashes.slice(0, slashes.length / 2) : slashes);
      if (escaped) word += '"';
      else if (next === '"') quoted = !quoted;
      at += slashes.length - (next === '"' ? 0 : 1);
    } else if (next === ' ' && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + next;
  }
  return word === undefined ? words : [...words, word];
}

describe('a batch file', () => {
  test('is run by cmd.exe, by one line of its own', () => {
    expect(spawnCall(batch, ['-p', 'a&b'], CMD)).toEqual({
      file: CMD,
      args: ['/d', '/s', '/c', '"C:\\a^ b\\t^(1^).cmd ^^^"-p^^^" ^^^"a^^^&b^^^""'],
      verbatim: true,
    });
  });

  test.each([
    ['', '^^^"^^^"'],
    ['a b', '^^^"a^^^ b^^^"'],
    ['say "hi"', '^^^"say^^^ \\^^^"hi\\^^^"^^^"'],
    ['C:\\dir\\', '^^^"C:\\dir\\\\^^^"'],
    ['\\\\"', '^^^"\\\\\\\\\\^^^"^^^"'],
    ['%PATH%', '^^^"^^^%PATH^^^%^^^"'],
    ['1^2', '^^^"1^^^^2^^^"'],
  ])('is given %j as one word', (word, written) => {
    const [, , , line = ''] = spawnCall(batch, [word], CMD).args;
    expect(line).toBe(`"C:\\a^ b\\t^(1^).cmd ${written}"`);
  });

  test('is given any words as they are, of which none becomes a command', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'ab \\\\""^%&|<>()!;,*?é😀'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const [, , , line = ''] = spawnCall({ ...batch, file: 't' }, words, CMD).args;
        expect(takeApart(readByCmd(readByCmd(line.slice(1, -1))))).toEqual(['t', ...words]);
      }),
    );
  });

  test('cannot be given a line break, which would end the line', () => {
    expect(() => spawnCall(batch, ['a\nb'], CMD)).toThrow('line breaks');
  });
});
