/** Netlify Edge Functions: `/edge/v1`. */
import type { Config, Context } from '@netlify/edge-functions';
import { fetchSend } from '../../src/hosts/fetch-send.ts';
import { functionApp } from '../../src/hosts/function-app.ts';
import { netlifyBlobsStore } from '../../src/hosts/netlify-blobs-store.ts';

/** Where Netlify's runtime puts it, and its own client reads it. */
declare global {
  var netlifyBlobsContext: string | undefined;
}

// To Netlify `/edge` is not among `/edge/*`.
export const config: Config = { path: ['/edge', '/edge/*'] };

const app = functionApp({
  send: fetchSend,
  stores: () => ({
    'netlify-blobs': () => netlifyBlobsStore(() => globalThis.netlifyBlobsContext, Date.now),
  }),
  basePath: '/edge',
  // Netlify wants an answer to begin within 40 s.
  defaults: { EARLY_START: '30' },
});

export default (request: Request, { ip, waitUntil }: Context): Promise<Response> =>
  app(request, Netlify.env.toObject(), { address: ip, waitUntil });
