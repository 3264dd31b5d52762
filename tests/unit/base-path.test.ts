/** An app that its host has mounted below the root: its paths, and the address that it shows. */
import { expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { replayPlatform, streamReply } from '../golden/replay.ts';

const platform = { ...replayPlatform(() => streamReply()), basePath: '/edge' };
const app = createApp(readConfig({}), platform);
const get = (path: string): Promise<Response> => app.fetch(new Request(`https://a.test${path}`));

it.each([
  { path: '/edge/health', status: 200 },
  { path: '/edge/health?deep=0', status: 200 },
  { path: '/edge/', status: 200 },
  { path: '/edge', status: 200 },
  { path: '/edge/v1/chat/completions', status: 405 },
  { path: '/edge/edge/health', status: 404 },
  { path: '/edgehealth', status: 404 },
  // A host that takes its prefix off itself.
  { path: '/health', status: 200 },
])('answers $path with $status', async ({ path, status }) => {
  expect((await get(path)).status).toBe(status);
});

it('shows the base URL that a client has to use', async () => {
  expect(await (await get('/edge/')).text()).toContain('<pre>https://a.test/edge/v1</pre>');
});
