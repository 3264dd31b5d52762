/** Files in the text of the chat endpoint: each is told once, and no address is said twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFiles } from '../../../../src/core/stages/find-files.ts';
import { LAW, recordingSink, textOf } from '../../record.ts';

const HOST = 'https://pfst.cf2.poecdn.net/base';
const CAT = `${HOST}/image/cat01?w=1024&h=1024`;
const DOG = `${HOST}/image/dog02?w=1024&h=1024`;
const FILM = `${HOST}/video/f11m`;

function found(pieces: readonly string[]): { text: string; files: readonly string[] } {
  const sink = recordingSink();
  const stage = findFiles(sink);
  for (const text of pieces) stage.event({ type: 'text-delta', text });
  stage.event({ type: 'finish', reason: 'stop', rawReason: 'stop' });
  stage.end();
  expect(sink.events.at(-1)?.type).toBe('finish');
  const files = sink.events.flatMap((event) => (event.type === 'file' ? [event.file.url] : []));
  return { text: textOf(sink.events), files };
}

const CASES = [
  { why: 'words alone', said: 'Hello (world)\n\n', text: 'Hello (world)\n\n', files: [] },
  { why: 'a picture', said: `![cat](${CAT})`, text: `![cat](${CAT})`, files: [CAT] },
  {
    why: 'a picture and its address once more',
    said: `![cat](${CAT})\n\n${CAT}`,
    text: `![cat](${CAT})`,
    files: [CAT],
  },
  {
    why: 'the same, and words after it',
    said: `Here: ![cat](${CAT})\n\n${CAT}\nNice?`,
    text: `Here: ![cat](${CAT})\nNice?`,
    files: [CAT],
  },
  {
    why: 'two pictures',
    said: `![cat](${CAT})\n\n${CAT} ![dog](${DOG})\n${DOG}\n`,
    text: `![cat](${CAT}) ![dog](${DOG})\n`,
    files: [CAT, DOG],
  },
  {
    why: 'a picture and the address of another',
    said: `![cat](${CAT})\n\n${DOG}`,
    text: `![cat](${CAT})\n\n${DOG}`,
    files: [CAT, DOG],
  },
  {
    why: 'an address that only begins like the picture’s',
    said: `![cat](${CAT})\n${CAT}0`,
    text: `![cat](${CAT})\n${CAT}0`,
    files: [CAT, `${CAT}0`],
  },
  { why: 'the bare address of a film', said: FILM, text: FILM, files: [FILM] },
  { why: 'a film in words', said: `See ${FILM} now.`, text: `See ${FILM} now.`, files: [FILM] },
  {
    why: 'a picture far from the end',
    said: `${FILM} ${'so it goes '.repeat(100)}![cat](${CAT})${' and on'.repeat(200)}`,
    text: `${FILM} ${'so it goes '.repeat(100)}![cat](${CAT})${' and on'.repeat(200)}`,
    files: [FILM, CAT],
  },
  {
    why: 'a picture of another host',
    said: '![x](https://example.com/base/image/1)\n\nhttps://example.com/base/image/1',
    text: '![x](https://example.com/base/image/1)\n\nhttps://example.com/base/image/1',
    files: [],
  },
] as const;

describe('findFiles', () => {
  it.each(CASES)('tells the files of $why', ({ said, text, files }) => {
    expect(found([said])).toEqual({ text, files });
    expect(found(said.split(''))).toEqual({ text, files });
  });

  it('does the same however the text is cut', () => {
    const law = fc.property(
      fc.constantFrom(...CASES),
      fc.array(fc.nat({ max: 300 }), { maxLength: 6 }),
      ({ said, text, files }, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (said.length + 1)), said.length].sort(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((place, index) => said.slice(places[index], place));
        expect(found(pieces)).toEqual({ text, files });
      },
    );
    fc.assert(law, LAW);
  });
});
