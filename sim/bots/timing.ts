/**
 * Bots whose words are in order and whose timing is not: slow, silent for ever, or kept alive by
 * comments. A whole answer is dealt out in the same rhythm.
 */
import { count, echo } from '../answers/plain.ts';
import type { Bot } from '../bot.ts';
import { without } from '../wire/arrange.ts';
import { every, firstThen, half, inParts, neverEnding, withPings } from '../wire/deal.ts';
import { SILENCE } from '../wire/reply.ts';
import { listed } from './define.ts';

const slowly = every(50);

export const timingBots: readonly Bot[] = [
  listed('Slow', 'Headers at once, then 20 chunks 50 ms apart.', {
    says: count,
    writes: slowly,
    whole: (json) => ({ writes: slowly(inParts(json, 20)) }),
  }),
  listed('Slow-Start', 'Headers only after 700 ms, then an ordinary echo.', {
    says: echo,
    startAfter: 700,
  }),
  listed('Silent', 'One chunk, then silence for ever.', {
    says: count,
    writes: firstThen(1, SILENCE),
    whole: (json) => ({ writes: [half(json), SILENCE] }),
  }),
  listed('Silent-Start', 'Never sends even the headers.', { says: echo, startAfter: Infinity }),
  listed('Silent-Headers', 'Sends the headers, then nothing for ever.', {
    says: echo,
    writes: () => [SILENCE],
    whole: () => ({ writes: [SILENCE] }),
  }),
  listed('Pings', 'SSE comments for 400 ms before the echo, and between its chunks.', {
    says: echo,
    writes: withPings(20, 20),
  }),
  listed('Hangs-After-Finish', 'Finishes its answer, but never the response.', {
    says: echo,
    events: without('usage', 'done'),
    writes: neverEnding,
    whole: (json) => ({ writes: [json, SILENCE] }),
  }),
];
