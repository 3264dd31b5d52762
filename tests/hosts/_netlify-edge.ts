/**
 * Netlify's edge function as a host: the handler in Netlify's own bootstrap, on Deno
 * (`_netlify-edge-server.ts`). Netlify would first pack it; `npm run test:platforms` has that done.
 */
import { DENO_ENVIRONMENT } from './_deno.ts';
import type { Host } from './_host.ts';
import { launch } from './_process.ts';

/** @param deno The path of Deno's binary. */
export function netlifyEdge(deno: string): Host {
  return {
    name: 'Netlify Edge Functions',
    async start(env) {
      const server = launch(deno, ['run', '--allow-all', 'tests/hosts/_netlify-edge-server.ts'], {
        ...DENO_ENVIRONMENT,
        ...env,
      });
      const [, port = ''] = await server.prints(/listens on (\d+)\n/);
      return { url: `http://127.0.0.1:${port}/edge`, stop: () => server.stop() };
    },
    notices: { abortMidStream: true, abortBeforeHeaders: true },
    // Deno refuses 64 KB, with an empty reply.
    longestHeader: 60 * 1024,
    addressHeader: 'x-nf-client-connection-ip',
    chatter: /^Deno\.serve: request\.signal aborts on successful responses .*\n/,
  };
}
