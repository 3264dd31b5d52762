/**
 * The text ends before the stop sequence that is complete first, however the text is cut into
 * pieces. The law compares with a search that looks at every prefix of the text.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAtStop } from '../../../../src/core/stages/cut-at-stop.ts';
import { LAW, recordingSink, textOf } from '../../record.ts';

interface Outcome {
  readonly text: string;
  readonly cut: boolean;
}

/** By definition: the shortest prefix that ends in a stop; of several, the longest is taken off. */
function naive(text: string, stops: readonly string[]): Outcome {
  for (let end = 1; end <= text.length; end++) {
    const found = stops.filter((stop) => text.slice(0, end).endsWith(stop));
    if (found.length === 0) continue;
    const longest = Math.max(...found.map((stop) => stop.length));
    return { text: text.slice(0, end - longest), cut: true };
  }
  return { text, cut: false };
}

function staged(pieces: readonly string[], stops: readonly string[]): Outcome {
  const sink = recordingSink();
  const stage = cutAtStop(stops, sink);
  for (const text of pieces) stage.event({ type: 'text-delta', text });
  stage.end();
  expect(sink.ends).toBe(1);
  return { text: textOf(sink.events), cut: sink.events.some(({ type }) => type === 'finish') };
}

describe('cutAtStop', () => {
  it.each([
    { pieces: ['one STOP two'], stops: ['STOP'], text: 'one ', why: 'in one piece' },
    { pieces: ['one S', 'T', 'OP two'], stops: ['STOP'], text: 'one ', why: 'across pieces' },
    { pieces: ['STOP'], stops: ['STOP'], text: '', why: 'as the whole text' },
    { pieces: ['aaab'], stops: ['aab'], text: 'a', why: 'after a false start inside itself' },
    { pieces: ['aba', 'babc'], stops: ['ababc'], text: 'ab', why: 'that overlaps itself' },
    { pieces: ['x12345'], stops: ['12345', '23'], text: 'x1', why: 'that is complete first' },
    { pieces: ['xab'], stops: ['b', 'ab'], text: 'x', why: 'that is longest, on a tie' },
    { pieces: ['a\n', '\nb'], stops: ['\n\n'], text: 'a', why: 'of white space' },
    { pieces: ['so 👋 long'], stops: ['👋'], text: 'so ', why: 'of two code units' },
  ])('cuts before a stop sequence $why', ({ pieces, stops, text }) => {
    expect(staged(pieces, stops)).toEqual({ text, cut: true });
  });

  it.each([
    { pieces: ['the E', 'N'], stops: ['END'] },
    { pieces: ['end'], stops: ['END'] },
    { pieces: [], stops: ['END'] },
  ])('gives back all of $pieces when $stops never completes', ({ pieces, stops }) => {
    expect(staged(pieces, stops)).toEqual({ text: pieces.join(''), cut: false });
  });

  it('is the naive search for any text, any stops and any pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    const stops = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), stops, (pieces, sequences) => {
        expect(staged(pieces, sequences)).toEqual(naive(pieces.join(''), sequences));
      }),
      { ...LAW, numRuns: 1000 },
    );
  });

  it('says why it ended, and lets nothing through after the cut', () => {
    const sink = recordingSink();
    const stage = cutAtStop(['END'], sink);
    stage.event({ type: 'text-delta', text: 'one END' });
    stage.event({ type: 'text-delta', text: 'two' });
    stage.event({ type: 'finish', reason: 'length', rawReason: 'length' });
    expect(sink.events).toEqual([
      { type: 'text-delta', text: 'one ' },
      { type: 'finish', reason: 'stop', rawReason: 'stop', stopSequence: 'END' },
    ]);
  });

  it('holds back only text that may still become a stop sequence', () => {
    const sink = recordingSink();
    const stage = cutAtStop(['END'], sink);
    stage.event({ type: 'text-delta', text: 'EEN' });
    expect(textOf(sink.events)).toBe('E');
    stage.event({ type: 'finish', reason: 'stop', rawReason: 'stop' });
    expect(textOf(sink.events)).toBe('EEN');
    expect(sink.events.at(-1)?.type).toBe('finish');
  });

  it('looks for stops in the text only', () => {
    const sink = recordingSink();
    const stage = cutAtStop(['END'], sink);
    stage.event({ type: 'reasoning-delta', text: 'END' });
    stage.event({ type: 'tool-call-delta', index: 0, id: 'a', name: 'END', arguments: '"END"' });
    expect(sink.events.map(({ type }) => type)).toEqual(['reasoning-delta', 'tool-call-delta']);
  });

  it('is not there without stop sequences', () => {
    const sink = recordingSink();
    expect(cutAtStop([], sink)).toBe(sink);
  });
});
