/**
 * What a client is told of a text that its bot takes back. Text deltas are cut whole, character by
 * character and at random; a replacement is one event, and stays one.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent, Sink } from '../../../../src/core/event.ts';
import { settleAtEnd, settleReplace } from '../../../../src/core/stages/settle-replace.ts';
import { LAW, recordingSink, textOf } from '../../record.ts';

const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

/** `+` appends, `=` replaces. */
type Step = `+${string}` | `=${string}`;

function eventOf(step: Step): GenerationEvent {
  return { type: step.startsWith('+') ? 'text-delta' : 'text-replace', text: step.slice(1) };
}

function byCharacter(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step): readonly Step[] =>
    step.startsWith('=') ? [step] : Array.from(step.slice(1), (character): Step => `+${character}`),
  );
}

function settled(
  events: readonly GenerationEvent[],
  stageOf: (next: Sink) => Sink = settleReplace,
): readonly GenerationEvent[] {
  const sink = recordingSink();
  const stage = stageOf(sink);
  for (const event of events) stage.event(event);
  stage.end();
  expect(sink.ends).toBe(1);
  return sink.events;
}

function say(steps: readonly Step[], stageOf?: (next: Sink) => Sink): string {
  const events = settled([...steps.map(eventOf), FINISH], stageOf);
  expect(events.at(-1)).toEqual(FINISH);
  expect(events.every(({ type }) => type === 'text-delta' || type === 'finish')).toBe(true);
  return textOf(events);
}

interface Case {
  readonly why: string;
  readonly steps: readonly Step[];
  readonly streamed: string;
  /** What a whole answer says, where that is something else. */
  readonly whole?: string;
}

const CASES: readonly Case[] = [
  { why: 'plain text', steps: ['+Hello', '+, world'], streamed: 'Hello, world' },
  { why: 'nothing', steps: [], streamed: '' },
  {
    why: 'progress, then the result',
    steps: [
      '=Generating image (1s elapsed)',
      '=Generating image (4s elapsed)',
      '=![a cat.png][aB3dE9xZ]\n',
    ],
    streamed: '![a cat.png][aB3dE9xZ]\n',
  },
  {
    why: 'progress with other marks, then nothing, then text',
    steps: ['=*Thinking... (1s elapsed)*', '=Thinking… (2s elapsed)', '=', '+The answer'],
    streamed: 'The answer',
  },
  {
    why: 'progress that the bot leaves behind',
    steps: ['=Generating video... (33s elapsed)'],
    streamed: '',
  },
  {
    why: 'progress sent as text, then replaced',
    steps: ['+Thinking...', '=Done.'],
    streamed: 'Done.',
  },
  {
    why: 'progress that the bot writes on from',
    steps: ['=Generating image (4s elapsed)', '+\n\nHere it is.'],
    streamed: 'Here it is.',
  },
  {
    why: 'progress in the same replacement as the result',
    steps: ['=Generating image (4s elapsed)', '=Generating image (5s elapsed)\n\nHere it is.'],
    streamed: 'Here it is.',
  },
  {
    why: 'progress below the text, line after line',
    steps: [
      '=Your cat:\n\nGenerating image (1s elapsed)',
      '=Your cat:\n\nGenerating image (2s elapsed)',
      '=Your cat:\n\n![cat][aB3dE9xZ]',
    ],
    streamed: 'Your cat:\n\n![cat][aB3dE9xZ]',
  },
  {
    why: 'a status in words of its own',
    steps: ['=Reading your file...', '=Looking up the facts…', '=The answer.'],
    streamed: 'The answer.',
  },
  {
    why: 'a status that was the answer',
    steps: ['=To be continued...'],
    streamed: 'To be continued...',
  },
  {
    why: 'a heading of thoughts that quotes follow',
    steps: ['=*Thinking...*', '=*Thinking...*\n\n> a', '=*Thinking...*\n\n> a\n\nb'],
    streamed: '*Thinking...*\n\n> a\n\nb',
  },
  {
    why: 'text like progress from a bot that never replaces',
    steps: ['+Thinking...'],
    streamed: 'Thinking...',
  },
  {
    why: 'text that begins like progress',
    steps: ['+Thinking', '+ about it (2 of 3), yes'],
    streamed: 'Thinking about it (2 of 3), yes',
  },
  {
    why: 'a growing text',
    steps: ['=The', '=The cat', '=The cat sat', '+ down'],
    streamed: 'The cat sat down',
  },
  { why: 'the same text again', steps: ['+Hello', '=Hello', '=Hello!'], streamed: 'Hello!' },
  {
    why: 'an end that is taken back and said again',
    steps: ['+Hello wor', '=Hello ', '+world'],
    streamed: 'Hello world',
  },
  {
    why: 'an end that is taken back',
    steps: ['+Hello world', '=Hello'],
    streamed: 'Hello world',
    whole: 'Hello',
  },
  {
    why: 'a last line that is said anew',
    steps: ['+Intro\n\nA draft', '=Intro\n\nThe truth\n\nMore'],
    streamed: 'Intro\n\nA draft\n\nThe truth\n\nMore',
    whole: 'Intro\n\nThe truth\n\nMore',
  },
  {
    why: 'another beginning',
    steps: ['+Hello Bob', '=Hello Alice'],
    streamed: 'Hello Bob\n\nHello Alice',
    whole: 'Hello Alice',
  },
  {
    why: 'other words after the text was taken back',
    steps: ['+Looking around', '=', '+The answer'],
    streamed: 'Looking around\n\nThe answer',
    whole: 'The answer',
  },
  {
    why: 'several drafts, of which the last counts',
    steps: ['+One', '=Two', '=Three'],
    streamed: 'One\n\nThree',
    whole: 'Three',
  },
  {
    why: 'a contradiction that is taken back itself',
    steps: ['+One', '=Two', '=One more'],
    streamed: 'One more',
  },
  {
    why: 'a second text that grows',
    steps: ['+Draft', '=Fi', '=Final', '=Final text'],
    streamed: 'Draft\n\nFinal text',
    whole: 'Final text',
  },
  {
    why: 'progress after text, then a new text',
    steps: ['+On it!', '=Generating image (1s elapsed)', '=Here.'],
    streamed: 'On it!\n\nHere.',
    whole: 'Here.',
  },
  {
    why: 'thoughts that the answer replaces',
    steps: ['+*Thinking...*\n\n> a plan', '=323'],
    streamed: '*Thinking...*\n\n> a plan\n\n323',
    whole: '323',
  },
  {
    why: 'a thought that changes',
    steps: ['+*Thinking...*\n\n> one', '=*Thinking...*\n\n> two', '+!'],
    streamed: '*Thinking...*\n\n> one\n> two!',
    whole: '*Thinking...*\n\n> two!',
  },
];

const PROGRESS = [
  'Thinking...',
  'Thinking... (3s elapsed)',
  '*Thinking...*',
  '*Thinking... (12s elapsed)*',
  'Generating image (1s elapsed)',
  'Generating image (4.5s elapsed)…',
  'Generating video... (33s elapsed)',
  'Generating audio...',
];

describe('settleReplace', () => {
  it.each(CASES)('tells $why', ({ steps, streamed }) => {
    expect(say(steps)).toBe(streamed);
    expect(say(byCharacter(steps))).toBe(streamed);
  });

  it('passes the text of a bot that never replaces on unchanged, however it is cut', () => {
    const pieces = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...PROGRESS, '\n', ' ', '> ')),
    );
    fc.assert(
      fc.property(pieces, (texts) => {
        const steps = texts.map((text): Step => `+${text}`);
        expect(say(steps)).toBe(texts.join(''));
      }),
      { ...LAW, numRuns: 1000 },
    );
  });

  const words = fc.constantFrom('a', 'b', 'ab', '\n', '\n\n', ' ', '', 'Thinking', '...', '> ');
  const texts = fc.array(fc.oneof(words, fc.constantFrom(...PROGRESS)), { maxLength: 5 });
  const steps = fc.array(
    fc.tuple(fc.constantFrom('+', '='), texts).map(([kind, said]) => `${kind}${said.join('')}`),
    { maxLength: 6 },
  ) as fc.Arbitrary<Step[]>;

  it('tells the same however the deltas are cut', () => {
    fc.assert(
      fc.property(steps, (said) => {
        expect(say(byCharacter(said))).toBe(say(said));
      }),
      { ...LAW, numRuns: 3000 },
    );
  });

  it('loses no line of the last text that is not a progress line', () => {
    fc.assert(
      fc.property(steps, (said) => {
        const lines = (text: string) =>
          text
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== '' && !/Thinking|Generating|^[*_]*[.…]*$/.test(line));
        const told = say(said);
        for (const line of lines(say(said, settleAtEnd))) expect(told).toContain(line);
      }),
      { ...LAW, numRuns: 3000 },
    );
  });

  it('never tells a progress line that is replaced', () => {
    const progress = fc.array(fc.constantFrom(...PROGRESS), { minLength: 1, maxLength: 5 });
    const answer = fc.string({ minLength: 1 }).map((text) => `x${text}`);
    fc.assert(
      fc.property(progress, answer, fc.boolean(), (lines, text, appended) => {
        const updates = lines.map((line): Step => `=${line}`);
        const result: readonly Step[] = appended ? ['=', `+${text}`] : [`=${text}`];
        expect(say([...updates, ...result])).toBe(text);
        expect(say(updates)).toBe('');
      }),
      LAW,
    );
  });

  it('streams a text that grows by replacements as it grows', () => {
    const whole = 'It was the best of times, it was the worst of times.';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (ends) => {
        const sink = recordingSink();
        const stage = settleReplace(sink);
        for (const end of ends.toSorted((one, other) => one - other)) {
          stage.event({ type: 'text-replace', text: whole.slice(0, end) });
          expect(textOf(sink.events)).toBe(whole.slice(0, end));
        }
      }),
      LAW,
    );
  });

  it.each(['Hello', 'Thinker', 'Generate', '* a list', 'T'.repeat(2), 'Thinking about'])(
    'does not hold %j back',
    (text) => {
      const sink = recordingSink();
      const stage = settleReplace(sink);
      for (const character of text) stage.event({ type: 'text-delta', text: character });
      expect(textOf(sink.events)).toBe(text);
    },
  );

  it('goes on with a contradicting text as soon as the bot does', () => {
    const sink = recordingSink();
    const stage = settleReplace(sink);
    stage.event({ type: 'text-delta', text: 'Draft' });
    stage.event({ type: 'text-replace', text: 'Final' });
    expect(textOf(sink.events)).toBe('Draft');
    stage.event({ type: 'text-delta', text: ' te' });
    expect(textOf(sink.events)).toBe('Draft\n\nFinal te');
    stage.event({ type: 'text-delta', text: 'xt' });
    expect(textOf(sink.events)).toBe('Draft\n\nFinal text');
  });

  it('says nothing before an error that comes while only progress was shown', () => {
    const error = new GatewayError('upstream-failed', 'Broken.');
    const events = settled([
      { type: 'response-start' },
      { type: 'text-replace', text: 'Thinking... (3s elapsed)' },
      { type: 'error', error },
    ]);
    expect(events).toEqual([{ type: 'error', error }]);
  });

  it('passes everything else on at once, and the start before it', () => {
    const file: GenerationEvent = {
      type: 'file',
      file: { url: 'https://a/b', mediaType: '', name: 'b' },
    };
    const start: GenerationEvent = { type: 'response-start', id: 'x' };
    const events = settled([start, { type: 'text-replace', text: 'Loading...' }, file, FINISH]);
    expect(events).toEqual([start, file, FINISH]);
  });

  it('costs a comparison for each replacement, and no more', () => {
    const stage = settleReplace({ event: () => undefined, end: () => undefined });
    const text = 'word '.repeat(20_000);
    const began = performance.now();
    for (let round = 0; round < 10_000; round++)
      stage.event({ type: 'text-replace', text: text.slice(0, 90_000 + round) });
    for (let round = 0; round < 100_000; round++) {
      stage.event({ type: 'text-delta', text: 'x' });
      stage.event({ type: 'text-replace', text: round % 2 === 0 ? 'wo' : '' });
    }
    stage.event(FINISH);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('settleAtEnd', () => {
  it.each(CASES)('tells $why', ({ steps, streamed, whole = streamed }) => {
    expect(say(steps, settleAtEnd)).toBe(whole);
    expect(say(byCharacter(steps), settleAtEnd)).toBe(whole);
  });

  it('says nothing of an answer that fails', () => {
    const error = new GatewayError('upstream-failed', 'Broken.');
    const events = settled(
      [
        { type: 'text-delta', text: 'Hi' },
        { type: 'error', error },
      ],
      settleAtEnd,
    );
    expect(events).toEqual([{ type: 'error', error }]);
  });
});
