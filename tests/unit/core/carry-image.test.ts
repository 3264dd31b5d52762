/** The picture of the last answer goes along with the next message, and no other. */
import { describe, expect, it } from 'vitest';
import { carryImage } from '../../../src/core/carry-image.ts';
import type { ContentPart, Message } from '../../../src/core/request.ts';
import { plainRequest } from '../record.ts';

const ON_POE = 'https://pfst.cf2.poecdn.net/base/image/0a1b?w=1024&h=1024';
const OTHER = 'https://pfst.cf2.poecdn.net/base/image/2c3d?w=1024&h=1024';

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (...content: readonly ContentPart[]): Message => ({ role: 'user', content });
const bot = (words: string): Message => ({
  role: 'assistant',
  content: [text(words)],
  toolCalls: [],
});
const image = (url: string): ContentPart => ({ type: 'image', url });

interface Row {
  readonly what: string;
  readonly messages: readonly Message[];
  /** The link that is carried; nothing where none is. */
  readonly carried?: string;
}

const ROWS: readonly Row[] = [
  {
    what: 'the last picture of the last answer',
    messages: [user(text('a cat')), bot(`![a](${OTHER})\n![b](${ON_POE})`), user(text('darker'))],
    carried: ON_POE,
  },
  {
    what: 'of several answers, the last one’s',
    messages: [
      user(text('a')),
      bot(`![a](${OTHER})`),
      user(text('b')),
      bot(`![b](${ON_POE})`),
      user(text('c')),
    ],
    carried: ON_POE,
  },
  {
    what: 'none of an answer before the last',
    messages: [
      user(text('a')),
      bot(`![a](${OTHER})`),
      user(text('b')),
      bot('No.'),
      user(text('c')),
    ],
  },
  {
    what: 'none where the user attached something',
    messages: [user(text('a')), bot(`![a](${ON_POE})`), user(text('this'), image(OTHER))],
  },
  {
    what: 'none of another host',
    messages: [bot('![a](https://example.com/a.png)'), user(text('b'))],
  },
  {
    what: 'none of a host that only looks like Poe’s',
    messages: [bot('![a](https://poecdn.net.example.com/a.png)'), user(text('b'))],
  },
  { what: 'no link that is no picture', messages: [bot(`[film](${ON_POE})`), user(text('b'))] },
  { what: 'nothing to a conversation that ends with the bot', messages: [bot(`![a](${ON_POE})`)] },
  { what: 'nothing to the first message', messages: [user(text('a cat'))] },
];

describe('an image is carried', () => {
  it.each(ROWS)('$what', ({ messages, carried }) => {
    const request = plainRequest({ messages });
    const result = carryImage(request);
    if (carried === undefined) return expect(result).toBe(request);
    const last = messages.at(-1);
    expect(result.messages).toEqual([
      ...messages.slice(0, -1),
      { role: 'user', content: [...(last?.content ?? []), image(carried)] },
    ]);
  });

  it('quickly out of a text that is made to hurt', () => {
    const hostile = '![['.repeat(50_000) + '!['.repeat(50_000);
    const messages = [bot(hostile), user(text('b'))];
    const start = performance.now();
    carryImage(plainRequest({ messages }));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
