/**
 * Bots that make pictures, films and sounds: each file once as a link in the text, once in `files`,
 * no reference that only Poe can follow, no line of progress.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Heard, type House, startHouse } from './_poe.ts';

const LINK = /https:\/\/pfst\.cf2\.poecdn\.net\/base\/\w+\/[0-9a-f]+(?:\?w=1024&h=1024)?/g;

type Kind = 'image' | 'video' | 'audio';

/** The text without its links, so that a row says what stands around them. */
const TABLE: readonly (readonly [bot: string, kind: Kind, text: string, files?: number])[] = [
  ['Image-Maker', 'image', '![Hello there, world.png](…)\n'],
  ['Nano-Banana', 'image', '![Hello there, world.png](…)\n'],
  ['GPT-Image-1.5', 'image', '![Hello there, world.png](…)\n'],
  ['Dall-E-3', 'image', '![Hello there, world.png](…)\n'],
  ['Video-Maker', 'video', '[film.mp4](…)'],
  ['Sora-2', 'video', '[film.mp4](…)'],
  ['Speech-Maker', 'audio', '[speech.mp3](…)'],
  ['ElevenLabs-v3', 'audio', '[speech.mp3](…)'],
  ['Progress-Image', 'image', '![Hello there, world.png](…)\n'],
  ['Progress-Image-File-Last', 'image', '![Hello there, world.png](…)\n'],
  ['Progress-Image-Address', 'image', '![Hello there, world.png](…)\n'],
  ['Progress-Image-File-Only', 'image', '![Hello there, world.png](…)'],
  ['Progress-Image-No-Ref', 'image', 'Here is your picture.\n\n![Hello there, world.png](…)'],
  [
    'Progress-Image-Two',
    'image',
    '![Hello there, world.png](…)\n\n![Hello there, world 2.png](…)\n',
    2,
  ],
  ['Progress-Video', 'video', '[film.mp4](…)'],
  ['File-Alone', 'image', '![Hello there, world.png](…)'],
  ['File-Audio', 'audio', '[speech.mp3](…)'],
  ['File-Video', 'video', '[film.mp4](…)'],
];

const TYPES: Readonly<Record<Kind, string>> = {
  image: 'image/png',
  video: 'video/mp4',
  audio: 'audio/mpeg',
};

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

function links(text: string): readonly string[] {
  return text.match(LINK) ?? [];
}

function expectFiles(answer: Heard, kind: Kind, text: string, count: number): void {
  expect(answer).toMatchObject({ status: 200, finish: 'stop', reasoning: '', error: undefined });
  expect(answer.content.replace(LINK, '…')).toBe(text);
  expect(answer.files).toHaveLength(count);
  expect(answer.files).toEqual(
    links(answer.content).map((url) => ({
      url,
      content_type: TYPES[kind],
      name: expect.stringMatching(/^(Hello there, world( 2)?\.png|film\.mp4|speech\.mp3)$/),
    })),
  );
}

const CASES = TABLE.flatMap(([bot, kind, text, count = 1]) =>
  (['auto', 'bot'] as const).flatMap((way) =>
    [false, true].map((stream) => ({ bot, kind, text, count, way, stream })),
  ),
);

describe.concurrent('a file that a bot makes', () => {
  it.each(CASES)('by $bot is linked and listed once ($way, streamed: $stream)', async (row) => {
    const { bot, kind, text, count, way, stream } = row;
    const gateway = await house.gateway({ UPSTREAM: way }).warm();
    const key = `good-${bot}-${way}-${stream}`;
    const answer = await gateway.ask(bot, { stream }, key);
    expectFiles(answer, kind, text, count);
    expect(answer.upstream).toBe('poe-bot');
    expect(answer.texts.join('|')).not.toMatch(/elapsed|Generating/);
    expect(house.asked(key)).toHaveLength(1);
  });

  it.each(TABLE.map(([bot]) => bot))('by %s is linked on the chat endpoint too', async (bot) => {
    const gateway = await house.gateway({ UPSTREAM: 'chat' }).warm();
    for (const stream of [false, true]) {
      const key = `good-chat-${bot}-${stream}`;
      const { content, finish } = await gateway.ask(bot, { stream }, key);
      expect(links(content).length).toBeGreaterThan(0);
      expect(finish).toBe('stop');
      // Poe's own words: bots of this kind are to be asked for a whole answer.
      expect(house.asked(key)[0]?.body).not.toHaveProperty('stream', true);
    }
  });

  it('stays whole when a stop sequence is in its link', async () => {
    const gateway = await house.gateway().warm();
    for (const stream of [false, true]) {
      const { content, files } = await gateway.ask('Progress-Image', { stream, stop: ['base/'] });
      expect(links(content)).toEqual(files.map((file) => (file as { url: string }).url));
    }
  });
});
