/** Deno as a server of its own: what `npm run start:deno` runs. */
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { fetchSend } from './fetch-send.ts';
import { startServer, stopOnSignal } from './server-process.ts';
import { webPlatform } from './web-platform.ts';

/** @see https://docs.deno.com/api/deno/~/Deno.serve */
declare const Deno: {
  readonly env: { toObject(): Record<string, string> };
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

startServer(async () => {
  const config = readConfig(Deno.env.toObject());
  const platform = webPlatform({ send: fetchSend, logLevel: config.logLevel });
  const app = createApp(config, platform);
  const server = Deno.serve(
    {
      port: config.port,
      hostname: config.host,
      onListen({ port }) {
        const url = `http://${config.host}:${port}/`;
        platform.log('info', 'Poeway listens', { url, poe: config.poeBaseUrl });
      },
    },
    (request, { remoteAddr }) => app.fetch(request, { address: remoteAddr.hostname }),
  );
  void app.prepare();
  stopOnSignal(platform, () => server.shutdown());
});
