/** Cases of the host suite: what the host knows of a request beside the request itself. */
import { expect, test } from 'vitest';
import { startSimulator } from '../../../sim/server.ts';
import { newCaller } from '../_caller.ts';
import { wholeContent } from '../_client.ts';
import type { Subject } from '../_subject.ts';

/** Who asks; what the log must then hold, which is looked at in the suite's last test. */
export const CLIENT_ADDRESS = '203.0.113.7';
/** Written by the client into headers that no proxy has vouched for: the log must not hold it. */
export const FORGED_ADDRESS = '198.51.100.66';

/** Headers in which proxies name their clients. */
const ADDRESS_HEADERS = [
  'cf-connecting-ip',
  'fly-client-ip',
  'forwarded',
  'true-client-ip',
  'x-client-ip',
  'x-forwarded-for',
  'x-real-ip',
];

/** Addresses, and work that goes on beside a reply. */
export function visits({ host, url }: Subject): void {
  test('believes what the proxy says of the client, and nobody else', async () => {
    const headers = new Headers(ADDRESS_HEADERS.map((name) => [name, FORGED_ADDRESS]));
    if (host.addressHeader !== undefined) headers.set(host.addressHeader, CLIENT_ADDRESS);
    expect((await fetch(url(), { headers })).status).toBe(200);
  });

  test('fetches the list of bots beside the first request, and to its end', async () => {
    // Slower than the second that the answer waits for it: a host that knows of no work beside the
    // answer would end this one with it.
    const poe = await startSimulator({ modelsAfter: 1500 });
    const fresh = await host.start({ POE_BASE_URL: poe.url });
    try {
      const answer = await newCaller(fresh.url, poe).ask({ model: 'Echo' });
      expect(await wholeContent(answer)).toBe('Hello there, world');
      const list = await poe.waitFor(
        ({ path, outcome }) => path === '/v1/models' && outcome === 'finished',
      );
      expect(list.headers).not.toHaveProperty('authorization');
    } finally {
      await fresh.stop();
      await poe.close();
    }
  });
}
