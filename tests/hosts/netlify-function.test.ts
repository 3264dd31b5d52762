/** The host suite in the runtime of Netlify's functions, and what Netlify lets go on beside a reply. */
import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../sim/server.ts';
import { newCaller } from './_caller.ts';
import { wholeContent } from './_client.ts';
import { netlifyFunction, startNetlifyFunction } from './_netlify-function.ts';
import { describeHost } from './_suite.ts';

describeHost(netlifyFunction);

test('Netlify keeps the function running until the list of bots has come', async () => {
  const poe = await startSimulator({ modelsAfter: 1000 });
  const { url, process, stop } = await startNetlifyFunction({ POE_BASE_URL: poe.url });
  onTestFinished(async () => {
    await stop();
    await poe.close();
  });
  const answer = await newCaller(url, poe).ask({ model: 'Echo' });
  expect(await wholeContent(answer)).toBe('Hello there, world');
  await process.prints(/"invoked":"\/v1\/chat\/completions"/);
  const lists = poe.requests.filter(({ path }) => path === '/v1/models');
  expect(lists).toMatchObject([{ outcome: 'finished' }]);
});
