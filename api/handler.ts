/** Vercel's Node runtime: `/v1` and every other path, by the rewrites of `vercel.json`. */
import process from 'node:process';
import { functionApp } from '../src/hosts/function-app.ts';
import { undiciSend } from '../src/hosts/undici-send.ts';
import { vercelWaitUntil } from '../src/hosts/vercel-context.ts';

const app = functionApp({
  send: { by: undiciSend },
  // Vercel stops the function after 300 s: a little earlier the client can still be told why.
  defaults: { CLIENT_ADDRESS_HEADER: 'x-real-ip', TIMEOUT: '290' },
});

export default {
  fetch: (request: Request) => app(request, process.env, { waitUntil: vercelWaitUntil }),
};
