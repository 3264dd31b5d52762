/**
 * Deno as a server of its own: what `npm run start:deno` and Deno Deploy run. Of `Deno.serve` Deno
 * Deploy's documentation speaks; of the default export of `deno.ts` it does not.
 */
import { createApp } from '../app.ts';
import { type DenoKv, denoStores } from './deno-kv-store.ts';
import { denoSend } from './deno-send.ts';
import { readServerConfig } from './server-config.ts';
import { SERVER_DEFAULTS, startServer, stopOnSignal } from './server-process.ts';
import { SERVER_STORES } from './server-stores.ts';
import { webPlatform } from './web-platform.ts';

/** @see https://docs.deno.com/api/deno/~/Deno.serve */
declare const Deno: {
  readonly env: { toObject(): Record<string, string> };
  readonly permissions: {
    querySync(about: { readonly name: 'read'; readonly path: string }): { readonly state: string };
  };
  /** Missing where Deno was started without `--unstable-kv`. */
  readonly openKv?: () => Promise<DenoKv>;
  serve(options: DenoOptions, answer: DenoHandler): { shutdown(): Promise<void> };
};

interface DenoOptions {
  readonly port: number;
  readonly hostname: string;
  onListen(address: { readonly port: number }): void;
}

type DenoHandler = (
  request: Request,
  info: { readonly remoteAddr: { readonly hostname?: string } },
) => Promise<Response>;

/** Deno Deploy stops an instance that has not sent a byte for a while, which may be five seconds. */
const DEPLOY_DEFAULTS = { KEEP_ALIVE: '4', EARLY_START: '4' };

startServer(async () => {
  const env = Deno.env.toObject();
  const defaults = env['DENO_DEPLOY'] ? DEPLOY_DEFAULTS : SERVER_DEFAULTS;
  const { config, tell } = await readServerConfig(env, defaults, { folder: '.', mayRead });
  const platform = webPlatform({
    send: denoSend(config),
    logLevel: config.logLevel,
    stores: { ...SERVER_STORES, ...denoStores(Deno.openKv) },
  });
  tell(platform);
  const app = createApp(config, platform);
  const server = serve(
    {
      port: config.port,
      hostname: config.host,
      onListen({ port }) {
        const url = `http://${inUrl(config.host)}:${port}/`;
        platform.log('info', 'Poeway listens', { url, poe: config.poeBaseUrl });
      },
    },
    (request, { remoteAddr }) => app.fetch(request, { address: remoteAddr.hostname }),
  );
  void app.prepare();
  stopOnSignal(platform, () => server.shutdown());
});

/** Without the permission Deno would ask whoever sits at the terminal. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: 'read', path }).state === 'granted';
}

/** Deno says that an address is taken, or is not this machine's, but not which. */
function serve(options: DenoOptions, answer: DenoHandler): ReturnType<typeof Deno.serve> {
  try {
    return Deno.serve(options, answer);
  } catch (error) {
    if (error instanceof Error) error.message += `: ${inUrl(options.hostname)}:${options.port}`;
    throw error;
  }
}

/** An IPv6 address stands in brackets. */
function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
