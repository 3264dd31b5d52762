/** Deno: what `deno serve` mounts; `deno-server.ts` serves by itself. */
import { type DenoKv, denoStores } from './deno-kv-store.ts';
import { denoSend } from './deno-send.ts';
import { functionApp } from './function-app.ts';

/** @see https://docs.deno.com/api/deno/~/Deno.ServeDefaultExport */
declare const Deno: {
  readonly env: { toObject(): Record<string, string> };
  readonly openKv?: () => Promise<DenoKv>;
};

const app = functionApp({ send: { by: denoSend }, stores: () => denoStores(Deno.openKv) });

export default {
  fetch: (request: Request, { remoteAddr }: { remoteAddr: { hostname?: string } }) =>
    app(request, Deno.env.toObject(), { address: remoteAddr.hostname }),
};
