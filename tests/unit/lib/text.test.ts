/** Names go into reply headers: nothing that a client or Poe can send may break the header. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerList, headerWord } from '../../../src/lib/text.ts';
import { LAW } from '../record.ts';

describe('headerWord', () => {
  it.each([
    { name: 'claude-opus-4.5', word: 'claude-opus-4.5' },
    { name: 'openai/gpt-5:beta', word: 'openai/gpt-5:beta' },
    { name: 'tools[].function.strict', word: 'tools[].function.strict' },
    { name: 'My Bot (v2)', word: 'My Bot (v2)' },
    { name: '', word: '' },
    { name: '助手', word: '%E5%8A%A9%E6%89%8B' },
    { name: 'a\r\nset-cookie: b', word: 'a%0D%0Aset-cookie%3A%20b' },
    { name: 'a,b', word: 'a%2Cb' },
    { name: 'half \uD83D', word: 'half%20%3F' },
  ])('writes $name as $word', ({ name, word }) => {
    expect(headerWord(name)).toBe(word);
  });

  it('shortens a very long name', () => {
    expect(headerWord('a'.repeat(100_000)).length).toBeLessThan(200);
  });

  it('is a legal header value for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        expect(() => new Headers({ 'x-name': headerWord(name) })).not.toThrow();
        expect(headerWord(name)).toMatch(/^[ -~]*$/);
      }),
      LAW,
    );
  });
});

describe('headerList', () => {
  it('joins names by commas', () => {
    expect(headerList(['seed', 'user', '助'])).toBe('seed, user, %E5%8A%A9');
  });

  it('is empty without names', () => {
    expect(headerList([])).toBe('');
  });

  it('counts what does not fit', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `parameter-${index}`);
    const list = headerList(names);
    const named = list.match(/parameter-\d+/g)?.length ?? 0;
    expect(named).toBeGreaterThan(10);
    expect(list.endsWith(`, and ${1000 - named} more`)).toBe(true);
    expect(list.length).toBeLessThan(1100);
  });

  it('is a legal header value that begins with a name, for any names', () => {
    const names = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(names, (list) => {
        expect(headerList(list)).toMatch(/^[!-+\--~ ][ -~]*$/);
      }),
      LAW,
    );
  });

  it('begins with a name even when the first one is long and foreign', () => {
    expect(headerList(['助'.repeat(300), 'seed'])).toMatch(/^%E5%8A%A9/);
  });
});
