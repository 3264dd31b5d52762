/** Vercel's Edge runtime as a host: `api/edge.ts`, mounted at `/edge` as on Vercel. */
import process from 'node:process';
import type { Host } from './_host.ts';
import { launch } from './_process.ts';

/** The edge-runtime has no signal of a request: a client that leaves cancels the reply's body. */
export const vercelEdge: Host = {
  name: 'Vercel (Edge)',
  notices: { abortMidStream: true, abortBeforeHeaders: false },
  longestHeader: 10 * 1024,
  addressHeader: 'x-real-ip',
  async start(env) {
    const script = 'tests/hosts/_vercel-edge-server.ts';
    const server = launch(process.execPath, ['--import', 'tsx', script], env);
    const [, port = ''] = await server.prints(/^listens on (\d+)$/m);
    return { url: `http://127.0.0.1:${port}/edge`, stop: () => server.stop() };
  },
};
