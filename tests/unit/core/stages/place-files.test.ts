/** Files in the text: where it names them, or at the end; however the text is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent, OutputFile } from '../../../../src/core/event.ts';
import { placeFiles } from '../../../../src/core/stages/place-files.ts';
import { LAW, recordingSink, textOf } from '../../record.ts';

const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };
const HOST = 'https://pfst.cf2.poecdn.net/base';

const CAT: OutputFile = {
  url: `${HOST}/image/e1c9?w=1024&h=1024`,
  mediaType: 'image/png',
  name: 'a cat.png',
  inlineRef: 'aB3dE9xZ',
};
const DOG: OutputFile = {
  url: `${HOST}/image/d0d0`,
  mediaType: 'image/jpeg',
  name: 'a dog.jpg',
  inlineRef: 'dOgdOg12',
};
const SPEECH: OutputFile = {
  url: `${HOST}/audio/1678`,
  mediaType: 'audio/mpeg',
  name: 'speech.mp3',
};

function staged(given: readonly GenerationEvent[]): readonly GenerationEvent[] {
  const sink = recordingSink();
  const stage = placeFiles(sink);
  for (const event of given) stage.event(event);
  stage.end();
  expect(sink.ends).toBe(1);
  return sink.events;
}

type Step = string | OutputFile;

function events(steps: readonly Step[]): readonly GenerationEvent[] {
  return steps.map((step) =>
    typeof step === 'string' ? { type: 'text-delta', text: step } : { type: 'file', file: step },
  );
}

function written(steps: readonly Step[]): string {
  return textOf(staged([...events(steps), FINISH]));
}

function byCharacter(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step): readonly Step[] =>
    typeof step === 'string' ? Array.from(step) : [step],
  );
}

const CASES: readonly { why: string; steps: readonly Step[]; text: string }[] = [
  {
    why: 'a reference to a file that is there',
    steps: [CAT, 'See ![a cat.png][aB3dE9xZ]\n'],
    text: `See ![a cat.png](${CAT.url})\n`,
  },
  {
    why: 'a reference to a file that comes later',
    steps: ['See ![a cat.png][aB3dE9xZ], and', ' so on', CAT, '.'],
    text: `See ![a cat.png](${CAT.url}), and so on.`,
  },
  {
    why: 'references to two files that come in the other order',
    steps: ['![a][aB3dE9xZ] ![b][dOgdOg12]!', DOG, CAT],
    text: `![a](${CAT.url}) ![b](${DOG.url})!`,
  },
  {
    why: 'one file twice',
    steps: [CAT, CAT, '![a][aB3dE9xZ] ![b][aB3dE9xZ]'],
    text: `![a](${CAT.url}) ![b](${CAT.url})`,
  },
  {
    why: 'a title with brackets',
    steps: [CAT, String.raw`![a [b] \] c][aB3dE9xZ]`],
    text: String.raw`![a [b] \] c](${CAT.url})`,
  },
  {
    why: 'a reference inside what only began like one',
    steps: [CAT, '![a ![b][aB3dE9xZ]'],
    text: `![a ![b](${CAT.url})`,
  },
  {
    why: 'a reference of another form to a file that is there',
    steps: [{ ...CAT, inlineRef: 'cat' }, '![a][cat]'],
    text: `![a](${CAT.url})`,
  },
  {
    why: 'a picture that the text does not show',
    steps: ['Here.', CAT],
    text: `Here.\n\n![a cat.png](${CAT.url})`,
  },
  {
    why: 'a title with line breaks',
    steps: ['![a\n\ncat][aB3dE9xZ]', CAT],
    text: `![a cat](${CAT.url})`,
  },
  { why: 'a picture alone', steps: [CAT], text: `![a cat.png](${CAT.url})` },
  { why: 'a sound alone', steps: [SPEECH], text: `[speech.mp3](${SPEECH.url})` },
  {
    why: 'several files',
    steps: ['Here:\n', CAT, SPEECH],
    text: `Here:\n\n![a cat.png](${CAT.url})\n\n[speech.mp3](${SPEECH.url})`,
  },
  {
    why: 'a file after a paragraph',
    steps: ['Here:\n\n', SPEECH],
    text: `Here:\n\n[speech.mp3](${SPEECH.url})`,
  },
  {
    why: 'a sound that the text refers to',
    steps: ['![s][spEEch12]', { ...SPEECH, inlineRef: 'spEEch12' }],
    text: `[s](${SPEECH.url})`,
  },
  {
    why: 'a link that is in the text',
    steps: [CAT, `![a](${CAT.url})\n\n${CAT.url}`],
    text: `![a](${CAT.url})\n\n${CAT.url}`,
  },
  {
    why: 'a link that is in the text without its query',
    steps: [`${HOST}/image/e1c9, look.`, CAT],
    text: `${HOST}/image/e1c9, look.`,
  },
  {
    why: 'a link that is in the text with another query',
    steps: [`<${DOG.url}?w=1>`, DOG],
    text: `<${DOG.url}?w=1>`,
  },
  {
    why: 'a link that only begins like one in the text',
    steps: [`${DOG.url}0`, DOG],
    text: `${DOG.url}0\n\n![a dog.jpg](${DOG.url})`,
  },
  {
    why: 'a name with Markdown in it',
    steps: [{ ...SPEECH, name: 'a]\n`b`<i>' }],
    text: `[a\\] \\\`b\\\`\\<i\\>](${SPEECH.url})`,
  },
  {
    why: 'a link with brackets in it',
    steps: [{ ...CAT, url: 'https://a/b (c).png' }],
    text: '![a cat.png](https://a/b%20%28c%29.png)',
  },
  {
    why: 'a file without a name and a type',
    steps: [{ url: `${HOST}/image/ab`, mediaType: '', name: '' }],
    text: `![image](${HOST}/image/ab)`,
  },
  {
    why: 'a file of an unknown kind',
    steps: [{ url: 'https://a/b', mediaType: '', name: '' }],
    text: '[file](https://a/b)',
  },
];

const PLAIN = [
  'Hello!',
  'Hello! ![',
  '![a](b)',
  '![a][nobody12] and more',
  '![a][b]\n\n[b]: https://example.com/b.png',
  '![a] [aB3dE9xZ]',
  '![a\nb][aB3dE9xZ]',
  '![a][]',
  '[a][aB3dE9xZ]',
  '!![a',
  '![a][aB3dE9x',
];

describe('placeFiles', () => {
  it.each(CASES)('writes $why', ({ steps, text }) => {
    expect(written(steps)).toBe(text);
    expect(written(byCharacter(steps))).toBe(text);
  });

  it.each(PLAIN)('leaves %j as it is', (text) => {
    expect(written([text])).toBe(text);
    expect(written([...text])).toBe(text);
  });

  it('writes the same however the text is cut', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom(
        '![a][aB3dE9xZ]',
        '![',
        '][',
        'aB3dE9xZ',
        'dOgdOg12]',
        ']',
        '!',
        '\\',
        DOG.url,
      ),
    );
    const step = fc.oneof<fc.Arbitrary<Step>[]>(piece, fc.constantFrom(CAT, DOG, SPEECH));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const text = written(steps);
        expect(written(byCharacter(steps))).toBe(text);
        for (const given of steps)
          if (typeof given !== 'string') expect(text).toContain(given.url.replace(/\?.*/, ''));
      }),
      { ...LAW, numRuns: 2000 },
    );
  });

  it('changes no text where there is no file', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'![]\\a\n') })), (pieces) => {
        expect(written(pieces)).toBe(pieces.join(''));
      }),
      LAW,
    );
  });

  it('holds text back only from a reference on whose file is not there', () => {
    const sink = recordingSink();
    const stage = placeFiles(sink);
    stage.event({ type: 'text-delta', text: 'One! ![two](x) ![a][other] ![b][aB3dE9xZ] three' });
    expect(textOf(sink.events)).toBe('One! ![two](x) ![a][other] ');
    stage.event({ type: 'file', file: CAT });
    expect(textOf(sink.events)).toBe(`One! ![two](x) ![a][other] ![b](${CAT.url}) three`);
  });

  it('passes each file on once, and only those on the web', () => {
    const bad = { ...CAT, url: 'javascript:alert(1)' };
    const given = staged([...events([CAT, bad, CAT, DOG]), FINISH]);
    expect(given.flatMap((event) => (event.type === 'file' ? [event.file] : []))).toEqual([
      CAT,
      DOG,
    ]);
    expect(textOf(given)).not.toContain('javascript');
  });

  it('gives out what it has before an error', () => {
    const error: GenerationEvent = { type: 'error', error: new GatewayError('overloaded', 'No.') };
    const given = staged([...events([CAT, 'See ![b][dOgdOg12]']), error]);
    expect(textOf(given)).toBe(`See ![b][dOgdOg12]\n\n![a cat.png](${CAT.url})`);
    expect(given.at(-1)).toEqual(error);
  });
});
