/** An answer that repeats its prompt is the continuation of it; any other is left as it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutRepetition } from '../../../../src/protocols/openai-completions/repetition.ts';
import { LAW } from '../../record.ts';

/** What is said in the end, and after each piece. */
function heard(prompt: string, pieces: readonly string[]): { text: string; said: string[] } {
  const continuation = withoutRepetition(prompt);
  const said = [...pieces.map((piece) => continuation.say(piece)), continuation.rest()];
  return { text: said.join(''), said };
}

const CASES = [
  { it: 'a continuation is exact', prompt: 'one two', answer: ' three', text: ' three' },
  {
    it: 'its white space too',
    prompt: 'def f():',
    answer: '\n    return 1\n',
    text: '\n    return 1\n',
  },
  { it: 'the prompt is dropped', prompt: 'one two', answer: 'one two three', text: ' three' },
  { it: 'once only', prompt: 'ha ', answer: 'ha ha ha', text: 'ha ha' },
  { it: 'nothing more than the prompt', prompt: 'one two', answer: 'one two', text: '' },
  {
    it: 'a part of the prompt is no repetition',
    prompt: 'one two',
    answer: 'one t',
    text: 'one t',
  },
  { it: 'nor what only begins like it', prompt: 'one two', answer: 'one too', text: 'one too' },
  { it: 'white space at the end counts', prompt: 'x = ', answer: 'x = 5', text: '5' },
  { it: 'as far as it is the same', prompt: 'Title:\n\n', answer: 'Title:\nOne', text: 'One' },
  { it: 'and may be missing', prompt: 'one two ', answer: 'one two, three', text: ', three' },
  { it: 'or the answer ends in it', prompt: 'one two  ', answer: 'one two ', text: '' },
  { it: 'white space before may be missing', prompt: '\n  a b', answer: 'a b c', text: ' c' },
  { it: 'or be there', prompt: '\n  a b', answer: '\n  a b c', text: ' c' },
  { it: 'other white space is kept', prompt: 'a b', answer: ' a b c', text: ' a b c' },
  { it: 'and what was held is whole', prompt: '  a b', answer: 'a c', text: 'a c' },
  { it: 'a blank prompt repeats nothing', prompt: '  ', answer: '  a', text: '  a' },
  { it: 'nor does an empty answer', prompt: 'a', answer: '', text: '' },
  { it: 'emoji and CJK', prompt: '你好👋', answer: '你好👋世界', text: '世界' },
];

describe('what of an answer is new', () => {
  it.each(CASES)('$it', ({ prompt, answer, text }) => {
    expect(heard(prompt, [answer]).text).toBe(text);
    expect(heard(prompt, answer.split('')).text).toBe(text);
  });

  it('is the same whatever its pieces, and with the prompt before it begins like the answer or goes on from it', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', ' ', '\n'), { maxLength: 8 });
    const text = letters.map((list) => list.join(''));
    fc.assert(
      fc.property(text, text, fc.boolean(), fc.array(fc.nat(6)), (prompt, rest, repeats, cuts) => {
        const answer = repeats ? prompt + rest : rest;
        const pieces: string[] = [];
        let at = 0;
        for (const length of cuts) pieces.push(answer.slice(at, (at += length)));
        pieces.push(answer.slice(at));
        const whole = heard(prompt, [answer]).text;
        expect(heard(prompt, pieces).text).toBe(whole);
        expect(answer.endsWith(whole)).toBe(true);
        if (repeats && prompt.trim() !== '') expect(whole).toBe(rest);
      }),
      LAW,
    );
  });

  it('is said as soon as it is known', () => {
    const { said } = heard('one two', ['one', ' t', 'ree', ' four', '!']);
    expect(said).toEqual(['', '', 'one tree', ' four', '!', '']);
  });

  it('costs one look at each character, however long the prompt and however small the pieces', () => {
    const prompt = 'ab'.repeat(500_000);
    const started = performance.now();
    expect(heard(prompt, [...prompt.split(''), 'c']).text).toBe('c');
    expect(heard(prompt, [prompt.slice(0, -1), 'x']).text).toHaveLength(1_000_000);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
