/**
 * Netlify's function as a host: the handler in Netlify's own runtime on Node, in one process that
 * lasts (`_netlify-function-server.ts`), where Netlify would start a further one for each request
 * that comes while another is open.
 */
import process from 'node:process';
import type { Host, RunningHost } from './_host.ts';
import { launch, type Launched } from './_process.ts';

/** A function that answers, and the process in which it is. */
export interface NetlifyFunction extends RunningHost {
  readonly process: Launched;
}

/** Starts the function and waits until it serves. */
export async function startNetlifyFunction(
  env: Readonly<Record<string, string>>,
): Promise<NetlifyFunction> {
  const args = ['--import', 'tsx', 'tests/hosts/_netlify-function-server.ts'];
  const server = launch(process.execPath, args, env);
  const [, port = ''] = await server.prints(/"port":(\d+)/);
  return { url: `http://127.0.0.1:${port}`, process: server, stop: () => server.stop() };
}

/** Lambda does not tell its function that the client has gone. */
export const netlifyFunction: Host = {
  name: 'Netlify Functions',
  start: startNetlifyFunction,
  notices: { abortMidStream: false, abortBeforeHeaders: false },
  // Lambda is given a body whole.
  buffersRequests: true,
  longestHeader: 100 * 1024,
  addressHeader: 'x-nf-client-connection-ip',
};
