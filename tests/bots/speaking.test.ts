/**
 * What each speaking bot of the simulator says must reach the client as it was said: once, whole,
 * thinking apart from the answer, no progress line ever. Streamed and whole, each way of asking Poe.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Heard, type House, startHouse } from './_poe.ts';

const HELLO = 'Hello there, world';
const THOUGHT = '**Considering the question**\n\nThe words are given back as they came.';
const TWENTY =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty';

interface Row {
  readonly bot: string;
  /** What it says; the user's words where nothing is said here. */
  readonly says?: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly finish?: string;
  readonly ways?: readonly Way[];
  readonly streamed?: readonly boolean[];
}

const WAYS = ['auto', 'bot', 'chat'] as const;
type Way = (typeof WAYS)[number];
const CHAT: readonly Way[] = ['auto', 'chat'];
const NATIVE: readonly Way[] = ['bot'];

/** Bots that echo, whatever is odd about their wire. */
const ECHOES: readonly Row[] = `
  Echo Community-Bot No-Tools Role-First Rate-Headers Length Legacy-Finish Slow-Start Pings CRLF
  CR-Only BOM Byte-By-Byte No-Blank-Line-At-End Multi-Line-Data Many-In-One Ignores-Stream
  Streams-Always No-Usage Usage-On-Finish Leaky-Fields Web-Search Python Claude-Opus-4.5 GPT-4o
  Progress-Thinks Progress-Thinks-Slowly Progress-Replaced SSE-Starlette Noise Odd-Index No-Meta
  Odd-Meta Plain-Text Says-In-JSON Usage-In-JSON After-Done Done-Odd Done-Empty Tool-Caller
  Follows-Prompt Json-In-Prompt`
  .trim()
  .split(/\s+/)
  .map((bot) => ({ bot }));

const THINKERS: readonly Row[] = `
  Thinker Thinker-Content Thinker-Reasoning Thinker-Calls Thinking-Claude Thinker-CRLF
  Usage-Details Gemini-2.5-Pro`
  .trim()
  .split(/\s+/)
  .map((bot) => ({ bot, reasoning: THOUGHT }));

const OTHERS: readonly Row[] = [
  { bot: 'Thinker-Only', says: '', reasoning: THOUGHT },
  // It takes its thinking back; the seconds it counted are no thought.
  { bot: 'Thinker-Progress', reasoning: '', ways: NATIVE },
  { bot: 'Thinker-Progress', reasoning: THOUGHT, ways: CHAT },
  { bot: 'Counts', says: TWENTY },
  { bot: 'Stops', says: TWENTY },
  { bot: 'Stop-Splitter', says: 'Before the end<END> after the end' },
  { bot: 'Shouts', says: HELLO.toUpperCase() },
  { bot: 'Split-UTF8', says: 'Grüße 👋🏽 an 世界: 日本語 と 한국어, 👩‍👩‍👧 und 🧪 ½ €.' },
  { bot: 'Filtered', says: 'This much could be said', finish: 'content_filter', ways: CHAT },
  { bot: 'Filtered', says: 'This much could be said', ways: NATIVE },
  { bot: 'Refuser', says: '', refusal: 'I will not help with that.', ways: CHAT },
  { bot: 'Refuser', says: 'I will not help with that.', ways: NATIVE },
  { bot: 'Empty', says: '', ways: CHAT },
  { bot: 'Ignores-Prompt', says: 'I have no tools, and I need none.' },
  { bot: 'Suggests', says: 'Hello, world!' },
  { bot: 'No-Finish', says: TWENTY, ways: NATIVE },
  { bot: 'No-Finish', says: TWENTY, ways: CHAT, streamed: [true] },
  { bot: 'No-Done', says: TWENTY, ways: CHAT },
  // What was streamed cannot be taken back; an answer in one piece is what was meant in the end.
  { bot: 'Replaces-Extends', says: 'The answer is four. Quite sure.' },
  { bot: 'Replaces-Contradicts', says: 'No: it is five. Quite sure.', ways: CHAT },
  {
    bot: 'Replaces-Contradicts',
    says: 'No: it is five. Quite sure.',
    ways: NATIVE,
    streamed: [false],
  },
  {
    bot: 'Replaces-Contradicts',
    says: 'The answer is four.\n\nNo: it is five. Quite sure.',
    ways: NATIVE,
    streamed: [true],
  },
  { bot: 'Replaces-Shortens', says: 'The answer is four', streamed: [false] },
  {
    bot: 'Replaces-Shortens',
    says: 'The answer is four, or five.',
    ways: NATIVE,
    streamed: [true],
  },
  { bot: 'Two-Responses', says: 'x', ways: NATIVE, streamed: [false] },
];

interface Case {
  readonly bot: string;
  readonly row: Row;
  readonly way: Way;
  readonly stream: boolean;
}

const CASES: readonly Case[] = [...ECHOES, ...THINKERS, ...OTHERS].flatMap((row) =>
  (row.ways ?? WAYS).flatMap((way) =>
    (row.streamed ?? [false, true]).map((stream) => ({ bot: row.bot, row, way, stream })),
  ),
);

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe.concurrent('the words of a bot arrive once and whole', () => {
  it.each(CASES)('$bot, asked by $way, streamed: $stream', async ({ bot, row, way, stream }) => {
    const { says = HELLO, reasoning = '', refusal = '', finish = 'stop' } = row;
    const key = `good-${bot}-${way}-${stream}`;
    const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { stream }, key);
    expect(answer).toMatchObject({
      status: 200,
      upstream: way === 'bot' ? 'poe-bot' : 'poe-chat',
      content: says,
      reasoning,
      refusal,
      finish,
      files: [],
      calls: [],
      ignored: [],
      error: undefined,
    } satisfies Partial<Heard>);
    expect(house.asked(key)).toHaveLength(1);
  });
});

describe.concurrent('a progress line', () => {
  it.each(['Progress-Thinks', 'Progress-Replaced', 'Progress-Thinks-Slowly', 'Thinker-Progress'])(
    'of %s is in no chunk of the stream',
    async (bot) => {
      const answer = await house.gateway({ UPSTREAM: 'bot' }).ask(bot, { stream: true });
      expect(answer.texts.join('|')).not.toMatch(/elapsed|Thinking/);
    },
  );
});

describe.concurrent('usage', () => {
  it.each([
    { bot: 'Usage-In-JSON', way: 'bot', estimated: undefined },
    { bot: 'Says-In-JSON', way: 'bot', estimated: undefined },
    { bot: 'Echo', way: 'bot', estimated: true },
    { bot: 'Echo', way: 'chat', estimated: undefined },
    { bot: 'No-Usage', way: 'chat', estimated: true },
  ])('of $bot by $way is estimated only where Poe gives none', async (row) => {
    const { bot, way, estimated } = row;
    for (const stream of [false, true]) {
      const body = { stream, ...(stream ? { stream_options: { include_usage: true } } : {}) };
      const { usage } = await house.gateway({ UPSTREAM: way }).ask(bot, body);
      expect(usage?.['estimated']).toBe(estimated);
      expect(usage).toMatchObject({ completion_tokens: estimated ? 4 : 3 });
    }
  });
});
