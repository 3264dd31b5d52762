/** What Poe's history adds up to, over its pages. */
import { expect, it } from 'vitest';
import { loadHistory } from '../../../src/accounting/points-history.ts';
import { jsonReply, replayPlatform } from '../../golden/replay.ts';

function row(id: string): object {
  const time = { creation_time: 1_790_000_000_000_000 };
  return { ...time, bot_name: 'Echo', query_id: id, usage_type: 'API', cost_points: 10 };
}

it('counts a row once, though Poe shows it twice', async () => {
  const pages = [
    { has_more: true, data: [row('c'), row('b'), row('b')] },
    { has_more: false, data: [row('b'), row('a')] },
  ];
  const platform = replayPlatform(() => jsonReply(pages.shift()));
  const config = { poeBaseUrl: 'https://api.poe.com' };
  const history = await loadHistory(config, platform, 'key-of-the-caller', 0);
  expect(history?.expenses.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(history?.isWhole).toBe(true);
});
