/**
 * What each failing bot of the simulator becomes: a status of its own before the first word, the
 * stream's last event after it; never an answer that looks whole.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, startHouse } from './_poe.ts';

const WAYS = ['auto', 'bot', 'chat'] as const;
type Way = (typeof WAYS)[number];
const CHAT: readonly Way[] = ['auto', 'chat'];
const NATIVE: readonly Way[] = ['bot'];

type Row = readonly [
  bot: string,
  status: number,
  code: string,
  words: RegExp,
  ways?: readonly Way[],
  streamed?: readonly boolean[],
];

/** They fail before they say anything. */
const AT_ONCE: readonly Row[] = [
  ['Error-400', 400, 'invalid_value', /Try another prompt/],
  ['Error-401', 401, 'invalid_api_key', /not valid/],
  ['Error-402', 402, 'insufficient_quota', /points/],
  ['Error-403', 403, 'permission_denied', /moderation/],
  ['Error-404', 404, 'model_not_found', /has gone/],
  ['Error-408', 504, 'upstream_timeout', /in time/],
  ['Error-413', 400, 'context_length_exceeded', /context window/],
  ['Error-429', 429, 'rate_limit_exceeded', /exhausted/],
  ['Error-500', 502, 'upstream_error', /went wrong/],
  ['Error-502', 502, 'upstream_error', /backend/],
  ['Error-503', 503, 'overloaded', /unavailable/],
  ['Error-529', 503, 'overloaded', /overloaded/],
  ['Error-HTML', 502, 'upstream_error', /HTTP 502/],
  ['Error-Empty', 502, 'upstream_error', /HTTP 500/],
  ['Error-Vendor', 400, 'invalid_value', /^tools is not supported here\.$/],
  ['Error-Nested', 400, 'invalid_value', /^this model does not support thinking\.$/],
  ['Error-Context', 400, 'context_length_exceeded', /maximum context length/],
  ['Error-Leaky', 502, 'upstream_error', /^Request with key \[key\] to \[address\] failed$/],
  ['Error-First', 502, 'upstream_error', /gave up/],
  ['Empty-Body', 502, 'upstream_error', /Try again/],
  ['Empty', 502, 'upstream_error', /without saying anything/, NATIVE],
  ['Done-Alone', 502, 'upstream_error', /without saying anything/, NATIVE],
  ['Meta-Alone', 502, 'upstream_error', /before it was complete/, NATIVE],
  ['Wrong-Types', 502, 'upstream_error', /garbled/, NATIVE],
  ['Bot-Error-Retry', 502, 'upstream_error', /^Internal server error$/],
  ['Bot-Error-Final', 502, 'upstream_error', /unexpected issue/],
  ['Bot-Error-Funds', 402, 'insufficient_quota', /enough points/],
  ['Bot-Error-Too-Long', 400, 'context_length_exceeded', /too long/],
  ['Bot-Error-User', 400, 'invalid_value', /cannot work with this/],
  ['Bot-Error-Privacy', 403, 'permission_denied', /not allowed/],
  ['Bot-Error-Gone', 404, 'model_not_found', /does not exist/],
  ['Bot-Error-Rate', 429, 'rate_limit_exceeded', /rate limit/],
  ['Bot-Error-Raw', 502, 'upstream_error', /^The bot returned an invalid response\.$/],
  ['Bot-Error-No-Done', 502, 'upstream_error', /^Internal server error$/],
  ['Bot-Error-Bare', 502, 'upstream_error', /without saying why/, NATIVE],
  ['Bot-Error-Text', 502, 'upstream_error', /^Internal server error$/],
  // A whole answer that breaks has a status, too.
  ['Broken-Midway', 502, 'upstream_error', /connection to Poe broke/, WAYS, [false]],
  ['Broken-JSON', 502, 'upstream_error', /garbled/, WAYS, [false]],
  ['Malformed', 502, 'upstream_error', /garbled/, WAYS, [false]],
  ['Error-Midway', 502, 'upstream_error', /gave up/, WAYS, [false]],
  ['Error-Event', 502, 'upstream_error', /gave up/, WAYS, [false]],
  ['Ends-Quietly', 502, 'upstream_error', /before it was complete/, WAYS, [false]],
  ['No-Finish', 502, 'upstream_error', /before it was complete/, CHAT, [false]],
  ['No-Done', 502, 'upstream_error', /before it was complete/, NATIVE, [false]],
  ['Bot-Error-Midway', 502, 'upstream_error', /^Internal server error \(error_id/, WAYS, [false]],
  ['Bot-Error-Midway-Final', 502, 'upstream_error', /unexpected issue/, WAYS, [false]],
  ['Tool-Caller-Truncated', 502, 'upstream_error', /before it was complete/, NATIVE, [false]],
];

/** They fail when something was said. */
const MIDWAY: readonly Row[] = [
  ['Broken-Midway', 200, 'upstream_error', /connection to Poe broke/],
  ['Broken-JSON', 200, 'upstream_error', /garbled/],
  ['Malformed', 200, 'upstream_error', /garbled/],
  ['Error-Midway', 200, 'upstream_error', /gave up/],
  ['Error-Event', 200, 'upstream_error', /gave up/],
  ['Ends-Quietly', 200, 'upstream_error', /before it was complete/],
  ['No-Done', 200, 'upstream_error', /before it was complete/, NATIVE],
  ['Bot-Error-Midway', 200, 'upstream_error', /^Internal server error \(error_id/],
  ['Bot-Error-Midway-No-Done', 200, 'upstream_error', /^Internal server error \(error_id/],
  ['Bot-Error-Midway-Final', 200, 'upstream_error', /unexpected issue/],
];

interface Case {
  readonly bot: string;
  readonly status: number;
  readonly code: string;
  readonly words: RegExp;
  readonly way: Way;
  readonly stream: boolean;
}

function cases(rows: readonly Row[], forms: readonly boolean[]): readonly Case[] {
  return rows.flatMap(([bot, status, code, words, ways = WAYS, streamed = forms]) =>
    ways.flatMap((way) => streamed.map((stream) => ({ bot, status, code, words, way, stream }))),
  );
}

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe.concurrent('a failure before the first word has a status', () => {
  it.each(cases(AT_ONCE, [false, true]))('$bot by $way, streamed: $stream', async (row) => {
    const { bot, status, code, words, way, stream } = row;
    const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { stream });
    expect(answer.error).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(answer).toMatchObject({ status, content: '', files: [], calls: [] });
  });
});

describe.concurrent('a failure in the middle ends the stream', () => {
  it.each(cases(MIDWAY, [true]))('$bot by $way', async ({ bot, code, words, way, stream }) => {
    const answer = await house.gateway({ UPSTREAM: way }).ask(bot, { stream });
    expect(answer.error).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(answer.content).toMatch(/^one two three/);
    expect(answer.finish).toBeUndefined();
  });
});

describe.concurrent('a key that Poe refuses', () => {
  const KEYS = [
    ['bad', 401],
    ['poor', 402],
    ['limited', 429],
    ['forbidden', 403],
  ] as const;
  it.each(KEYS.flatMap(([key, status]) => ['', '-event'].map((end) => [`${key}${end}`, status])))(
    '%s gives %s in each way',
    async (key, status) => {
      for (const way of WAYS)
        for (const stream of [false, true]) {
          const answer = await house
            .gateway({ UPSTREAM: way })
            .ask('Echo', { stream }, `${key}-of-a-caller`);
          expect(answer.status).toBe(status);
          expect(JSON.stringify(answer.error)).not.toContain('of-a-caller');
        }
    },
  );
});

describe.concurrent('a bot that nobody has', () => {
  it('is asked for in both ways, and the first way gives the reason', async () => {
    const key = 'good-nobody';
    const answer = await house.gateway().ask('Nobody-Has-It', {}, key);
    expect(answer).toMatchObject({ status: 404, error: { code: 'model_not_found' } });
    expect(house.asked(key).map(({ path }) => path)).toEqual([
      '/v1/chat/completions',
      '/bot/Nobody-Has-It',
    ]);
  });
});
