/** Bun: the server that `npm run start:bun` runs. */
import process from 'node:process';
import { createApp } from '../app.ts';
import { proxiedFetchSend } from './proxied-fetch.ts';
import { readServerConfig } from './server-config.ts';
import { SERVER_DEFAULTS, startServer, stopOnSignal } from './server-process.ts';
import { SERVER_STORES } from './server-stores.ts';
import { webPlatform } from './web-platform.ts';

/** @see https://bun.com/docs/api/http */
declare const Bun: { serve(options: BunOptions): BunServer };

interface BunServer {
  readonly url: URL;
  requestIP(request: Request): { readonly address: string } | null;
  stop(): Promise<void>;
}

interface BunOptions {
  readonly port: number;
  readonly hostname: string;
  readonly idleTimeout: number;
  readonly maxRequestBodySize: number;
  fetch(request: Request, server: BunServer): Promise<Response>;
}

startServer(async () => {
  const { config, tell } = await readServerConfig(process.env, SERVER_DEFAULTS, { folder: '.' });
  // @see https://bun.com/docs/guides/http/proxy
  const send = proxiedFetchSend(config, ({ origin, authorization }) => ({
    proxy: {
      url: origin,
      headers: authorization === undefined ? {} : { 'proxy-authorization': authorization },
    },
  }));
  const platform = webPlatform({
    send,
    logLevel: config.logLevel,
    stores: SERVER_STORES,
  });
  tell(platform);
  const app = createApp(config, platform);
  const server = Bun.serve({
    port: config.port,
    hostname: config.host,
    // Bun would cut an answer off after ten seconds of silence; the gateway has clocks of its own.
    idleTimeout: 0,
    // The app itself refuses what is too large, in words that a client understands.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, bun) => app.fetch(request, { address: bun.requestIP(request)?.address }),
  });
  void app.prepare();
  platform.log('info', 'Poeway listens', { url: server.url.href, poe: config.poeBaseUrl });
  stopOnSignal(platform, () => server.stop());
});
