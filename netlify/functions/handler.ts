/** Netlify Functions: `/v1` and every other path. */
import process from 'node:process';
import type { Config, Context } from '@netlify/functions';
import { functionApp } from '../../src/hosts/function-app.ts';
import { netlifyBlobsStore } from '../../src/hosts/netlify-blobs-store.ts';
import { undiciSend } from '../../src/hosts/undici-send.ts';

export const config: Config = { path: '/*' };

const app = functionApp({
  send: { by: undiciSend },
  stores: () => ({
    'netlify-blobs': () => netlifyBlobsStore(() => process.env['NETLIFY_BLOBS_CONTEXT'], Date.now),
  }),
  // Netlify stops the function after 60 s: a little earlier the client can still be told why.
  defaults: { TIMEOUT: '55' },
});

export default (request: Request, { ip, waitUntil }: Context): Promise<Response> =>
  app(request, process.env, { address: ip, waitUntil });
