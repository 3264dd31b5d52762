/** The host suite in Vercel's Edge runtime, and what only Vercel offers. */
import { expect, test } from 'vitest';
import { startSimulator } from '../../sim/server.ts';
import { newCaller } from './_caller.ts';
import { describeHost } from './_suite.ts';
import { vercelEdge } from './_vercel-edge.ts';

describeHost(vercelEdge);

test('Vercel (Edge) is told to wait for what goes on beside the reply', async () => {
  const poe = await startSimulator();
  const { url, stop } = await vercelEdge.start({ POE_BASE_URL: poe.url });
  await (await newCaller(url, poe).ask({ model: 'Echo' })).text();
  expect(await stop()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^waitUntil$/m) });
  await poe.close();
});
