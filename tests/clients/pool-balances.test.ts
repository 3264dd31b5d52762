/**
 * A pool in front of the simulator, whose accounts run out of points and get some: the app itself, by a
 * clock that a test can move.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../sim/server.ts';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { fetchSend } from '../../src/hosts/fetch-send.ts';
import { webPlatform } from '../../src/hosts/web-platform.ts';

const TOKEN = 'token-of-the-laptop';

let poe: Simulator;
beforeAll(async () => {
  poe = await startSimulator();
});
afterAll(() => poe.close());

function startApp(env: Record<string, string>) {
  let ahead = 0;
  const lines: string[] = [];
  const platform = {
    ...webPlatform({
      send: fetchSend,
      logLevel: 'info',
      writeLine: (line) => void lines.push(line),
    }),
    now: () => Date.now() + ahead,
  };
  const settings = { POE_BASE_URL: poe.url, ACCESS_TOKENS: TOKEN, ...env };
  const app = createApp(readConfig(settings), platform);
  const beside: Promise<void>[] = [];
  poe.clear();
  return {
    lines,
    pass(milliseconds: number) {
      ahead += milliseconds;
    },
    /** @returns The status, when all that goes on beside the reply is done. */
    async ask(): Promise<number> {
      const request = new Request('http://localhost/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify({ model: 'Echo', messages: [{ role: 'user', content: 'hi' }] }),
      });
      const visit = { waitUntil: (work: Promise<void>) => void beside.push(work) };
      const { status } = await app.fetch(request, visit);
      await Promise.all(beside);
      return status;
    },
  };
}

/** The calls with a key, oldest first; those before are forgotten. */
function calls(): readonly string[] {
  const made = poe.requests
    .filter(({ path, headers }) => headers['authorization'] && !path.includes('points_history'))
    .map(({ path, headers }) => `${headers['authorization']?.slice(7)} ${path.split('/').at(-1)}`);
  poe.clear();
  return made;
}

test('a key that ran out of points is used again when its balance says so', async () => {
  const { ask, pass, lines } = startApp({ POE_API_KEYS: 'refill-pool,good-pool' });
  expect(await ask()).toBe(200);
  expect(calls()).toEqual(['refill-pool completions', 'good-pool completions']);
  pass(299_000);
  expect([await ask(), await ask()]).toEqual([200, 200]);
  expect(calls()).toEqual(['good-pool completions', 'good-pool completions']);
  pass(2_000);
  await ask();
  expect(calls().toSorted()).toEqual(['good-pool completions', 'refill-pool current_balance']);
  expect([await ask(), await ask()]).toEqual([200, 200]);
  expect(calls().toSorted()).toEqual(['good-pool completions', 'refill-pool completions']);
  const told = lines.filter((line) => line.includes('of the pool'));
  expect(told.map((line) => (JSON.parse(line) as { level: string; key: number }).level)).toEqual([
    'warn',
    'info',
  ]);
  expect(lines.join()).not.toMatch(/-pool\b/);
});

test('a key without points stays away, and alone it is what callers are told', async () => {
  const { ask, pass } = startApp({ POE_API_KEYS: 'poor-pool' });
  expect([await ask(), await ask()]).toEqual([402, 402]);
  expect(calls()).toEqual(['poor-pool completions']);
  pass(301_000);
  await ask();
  pass(60_000);
  expect([await ask(), await ask()]).toEqual([402, 402]);
  expect(calls().filter((call) => call.endsWith('completions'))).toHaveLength(1);
});

test('most-points pays with the key that has most, from the second request on', async () => {
  const { ask } = startApp({
    POE_API_KEYS: 'poor-1,good-1,poor-2',
    KEY_STRATEGY: 'most-points',
  });
  expect(await ask()).toBe(200);
  calls();
  for (let time = 0; time < 5; time++) expect(await ask()).toBe(200);
  expect(calls()).toEqual(Array(5).fill('good-1 completions'));
});
