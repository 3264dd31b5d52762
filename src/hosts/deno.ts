/** Deno: what `deno serve` mounts; `deno-server.ts` serves by itself. */
import { fetchSend } from './fetch-send.ts';
import { functionApp } from './function-app.ts';

/** @see https://docs.deno.com/api/deno/~/Deno.ServeDefaultExport */
declare const Deno: { readonly env: { toObject(): Record<string, string> } };

const app = functionApp({ send: fetchSend });

export default {
  fetch: (request: Request, { remoteAddr }: { remoteAddr: { hostname?: string } }) =>
    app(request, Deno.env.toObject(), { address: remoteAddr.hostname }),
};
