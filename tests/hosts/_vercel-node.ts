/**
 * Vercel's Node runtime as a host: its bridge hands bodies on as they come, in both directions, but
 * tells nobody that a client has left. (Its dev server reads every body to the end before it calls
 * the function, and fails on one of undeclared length, so it cannot show how early refusals go.)
 * On Vercel itself `supportsCancellation` adds the signal; no tool of theirs shows that here.
 */
import process from 'node:process';
import type { Host } from './_host.ts';
import { launch } from './_process.ts';

/** A host whose function is served by a script of the tests. */
export const vercelNode: Host = {
  name: 'Vercel (Node)',
  notices: { abortMidStream: false, abortBeforeHeaders: false },
  longestHeader: 10 * 1024,
  addressHeader: 'x-real-ip',
  async start(env) {
    const script = 'tests/hosts/_vercel-node-server.ts';
    const server = launch(process.execPath, ['--import', 'tsx', script], env);
    const [, port = ''] = await server.prints(/^listens on (\d+)$/m);
    return { url: `http://127.0.0.1:${port}`, stop: () => server.stop() };
  },
};
