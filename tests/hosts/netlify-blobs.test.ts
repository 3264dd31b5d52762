/** STORE=netlify-blobs in Netlify's runtimes, which tell each function where the site's blobs are. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { type RunningBlobs, startBlobs } from '../unit/stores/_blobs.ts';
import { continuesAt, respond } from './_conversation.ts';
import { findDeno } from './_deno.ts';
import { netlifyEdge } from './_netlify-edge.ts';
import { startNetlifyFunction } from './_netlify-function.ts';
import { withRuntime } from './_runtime.ts';

let simulator: Simulator;
let blobs: RunningBlobs;
beforeAll(async () => {
  [simulator, blobs] = await Promise.all([startSimulator(), startBlobs()]);
});
afterAll(() => Promise.all([simulator.close(), blobs.stop()]));

withRuntime('Deno', findDeno(), (deno) => {
  test('the function and the edge function find what the other one has kept', async () => {
    const env = { POE_BASE_URL: simulator.url, STORE: 'netlify-blobs', SITE_BLOBS: blobs.told };
    const hosts = await Promise.all([startNetlifyFunction(env), netlifyEdge(deno).start(env)]);
    const [lambda, edge] = hosts;
    const { id } = await respond(lambda.url, 'Hello');
    await continuesAt(simulator, edge.url, id);
    const other = await respond(edge.url, 'Hello');
    await continuesAt(simulator, lambda.url, other.id);
    for (const host of hosts)
      expect((await host.stop()).stdout).not.toContain('The store does not answer');
  });
});

test('a site without blobs is answered from memory, with a warning that says so', async () => {
  const env = { POE_BASE_URL: simulator.url, STORE: 'netlify-blobs' };
  const host = await startNetlifyFunction(env);
  const { id } = await respond(host.url, 'Hello');
  await continuesAt(simulator, host.url, id);
  expect((await host.stop()).stdout).toContain('Netlify gives this function no blobs');
});
