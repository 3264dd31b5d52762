/** Thinking at the beginning of a text, in each of its forms, however the text is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import { splitReasoning } from '../../../../src/core/stages/split-reasoning.ts';
import { LAW, recordingSink, textOf } from '../../record.ts';

const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

function staged(events: readonly GenerationEvent[]): readonly GenerationEvent[] {
  const sink = recordingSink();
  const stage = splitReasoning(sink);
  for (const event of events) stage.event(event);
  stage.end();
  expect(sink.ends).toBe(1);
  return sink.events;
}

function thoughtsOf(events: readonly GenerationEvent[]): string {
  return events.map((event) => (event.type === 'reasoning-delta' ? event.text : '')).join('');
}

/** What is thought and what is said. */
type Split = readonly [thought: string, said: string];

function split(pieces: readonly string[]): Split {
  const events = staged([...pieces.map((text) => ({ type: 'text-delta', text }) as const), FINISH]);
  const order = events.map(({ type }) => type);
  expect(order.lastIndexOf('reasoning-delta')).toBeLessThan(
    order.includes('text-delta') ? order.indexOf('text-delta') : order.length,
  );
  return [thoughtsOf(events), textOf(events)];
}

/** A text, cut somewhere. */
function cuts(text: string): fc.Arbitrary<readonly string[]> {
  return fc.array(fc.nat(text.length), { maxLength: 8 }).map((places) => {
    const borders = [0, ...places.toSorted((one, other) => one - other), text.length];
    return borders.slice(1).map((end, index) => text.slice(borders[index], end));
  });
}

const CASES: readonly { why: string; text: string; split: Split }[] = [
  {
    why: 'a heading and quoted lines',
    text: '*Thinking...*\n\n> **Planning the answer**\n> \n> 17*19 = 17*20-17\n\n323',
    split: ['**Planning the answer**\n\n17*19 = 17*20-17', '323'],
  },
  { why: 'a plain heading', text: 'Thinking...\n> a\n>\n> b\n\nc', split: ['a\n\nb', 'c'] },
  { why: 'an ellipsis of one character', text: '*Thinking…*\n>a\n\nb', split: ['a', 'b'] },
  {
    why: 'a heading with a count',
    text: 'Thinking... (12s elapsed)\n\n> a\n\nb',
    split: ['a', 'b'],
  },
  { why: 'a bold heading', text: '**Thinking...**\n\n> a\n\nb', split: ['a', 'b'] },
  { why: 'thoughts and no answer', text: '*Thinking...*\n\n> a\n> b\n', split: ['a\nb', ''] },
  {
    why: 'quotes in the thoughts',
    text: '*Thinking...*\n\n>> a\n> > b\n\nc',
    split: ['> a\n> b', 'c'],
  },
  {
    why: 'indentation on both sides',
    text: '*Thinking...*\n\n>     a\n  > b\n\n    c\n',
    split: ['    a\nb', '    c\n'],
  },
  {
    why: 'a quotation that the answer begins with',
    text: '*Thinking...*\n\n> a\n\n> To be, or not\n\nHamlet',
    split: ['a', '> To be, or not\n\nHamlet'],
  },
  { why: 'an answer on the next line', text: '*Thinking...*\n> a\nb', split: ['a', 'b'] },
  {
    why: 'tags',
    text: '<think>\na\n\nb\n</think>\n\nc <think>d</think>',
    split: ['a\n\nb', 'c <think>d</think>'],
  },
  { why: 'long tags', text: '\n<thinking>a</think>b</thinking>\nc', split: ['a</think>b', 'c'] },
  { why: 'tags around nothing', text: '<think>\n\n</think>\n\nAnswer', split: ['', 'Answer'] },
  { why: 'a tag that is never closed', text: '<think>a </thin', split: ['a </thin', ''] },
  {
    why: 'brackets in the thoughts',
    text: '<think>a < b </ c</think>d',
    split: ['a < b </ c', 'd'],
  },
];

const PLAIN = [
  '',
  'Hello',
  '> a quotation\n\nand more',
  'Thinking...',
  '*Thinking...*',
  '*Thinking...*\n\nThe answer',
  'Thinking... > a',
  'Thinking about it\n> a',
  'Thinking aloud...\n> a',
  '  \n\n ',
  'Say <think>a</think>',
  '<thinker>a</thinker>',
  '<b>a</b>',
  '*a*\n> b',
  'Thinking... (3s elapsed)\n\nb',
];

describe('splitReasoning', () => {
  it.each(CASES)('splits $why', ({ text, split: wanted }) => {
    expect(split([text])).toEqual(wanted);
    expect(split([...text])).toEqual(wanted);
    fc.assert(
      fc.property(cuts(text), (pieces) => {
        expect(split(pieces)).toEqual(wanted);
      }),
      LAW,
    );
  });

  it.each(PLAIN)('leaves %j as it is', (text) => {
    expect(split([text])).toEqual(['', text]);
    expect(split([...text])).toEqual(['', text]);
  });

  it('splits any text the same however it is cut, and loses no word of it', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.constantFrom(
          '*Thinking...*\n\n> ',
          'Thinking',
          '...',
          '\n',
          '> ',
          ' ',
          '<think>',
          '</think>',
          'word',
        ),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(pieces, (given) => {
        const text = given.join('');
        const whole = split([text]);
        expect(split(given)).toEqual(whole);
        expect(split([...text])).toEqual(whole);
        expect(whole.join('').split('word')).toHaveLength(text.split('word').length);
      }),
      { ...LAW, numRuns: 3000 },
    );
  });

  it('streams thoughts and answer as they come', () => {
    const sink = recordingSink();
    const stage = splitReasoning(sink);
    const feed = (text: string) => stage.event({ type: 'text-delta', text });
    feed('*Thinking...*\n\n> one');
    expect(thoughtsOf(sink.events)).toBe('one');
    feed(' two\n> three');
    expect(thoughtsOf(sink.events)).toBe('one two\nthree');
    feed('\n\nfour');
    feed(' five');
    expect(textOf(sink.events)).toBe('four five');
  });

  it('leaves the text of an answer alone whose upstream tells reasoning itself', () => {
    const events: readonly GenerationEvent[] = [
      { type: 'reasoning-delta', text: 'a' },
      { type: 'text-delta', text: '<think>' },
      { type: 'text-delta', text: 'is a tag</think>' },
      FINISH,
    ];
    expect(staged(events)).toEqual(events);
  });

  it('says nothing before an error that comes before anything was said', () => {
    const error: GenerationEvent = { type: 'error', error: new GatewayError('overloaded', 'No.') };
    expect(staged([{ type: 'text-delta', text: '*Thinking...*' }, error])).toEqual([error]);
  });

  it('gives out what it holds of the thoughts before a later error', () => {
    const error: GenerationEvent = { type: 'error', error: new GatewayError('overloaded', 'No.') };
    const events = staged([{ type: 'text-delta', text: '<think>a</thi' }, error]);
    expect(thoughtsOf(events)).toBe('a</thi');
    expect(events.at(-1)).toEqual(error);
  });

  it('passes everything else on at once', () => {
    const call: GenerationEvent = {
      type: 'tool-call-delta',
      index: 0,
      id: 'a',
      name: 'f',
      arguments: '{}',
    };
    expect(staged([call, FINISH])).toEqual([call, FINISH]);
  });
});
