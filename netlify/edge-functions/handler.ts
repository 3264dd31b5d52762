/** Netlify Edge Functions: `/edge/v1`. */
import type { Config, Context } from '@netlify/edge-functions';
import { fetchSend } from '../../src/hosts/fetch-send.ts';
import { functionApp } from '../../src/hosts/function-app.ts';

// To Netlify `/edge` is not among `/edge/*`.
export const config: Config = { path: ['/edge', '/edge/*'] };

const app = functionApp({
  send: fetchSend,
  basePath: '/edge',
  // Netlify wants an answer to begin within 40 s.
  defaults: { EARLY_START: '30' },
});

export default (request: Request, { ip, waitUntil }: Context): Promise<Response> =>
  app(request, Netlify.env.toObject(), { address: ip, waitUntil });
