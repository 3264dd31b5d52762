/** Vercel's Edge runtime: `/edge/v1`, by the rewrites of `vercel.json`. */
import { fetchSend } from '../src/hosts/fetch-send.ts';
import { functionApp } from '../src/hosts/function-app.ts';
import { vercelWaitUntil } from '../src/hosts/vercel-context.ts';

export const config = { runtime: 'edge' };

const app = functionApp({
  send: fetchSend,
  basePath: '/edge',
  // Vercel wants an answer to begin within 25 s and to end within 300 s.
  defaults: { CLIENT_ADDRESS_HEADER: 'x-real-ip', EARLY_START: '20', TIMEOUT: '290' },
});

export default (request: Request): Promise<Response> =>
  app(request, process.env, { waitUntil: vercelWaitUntil });
