/** Node: the server that `npm start` runs. */
import process from 'node:process';
import { serve } from 'srvx/node';
import { createApp } from '../app.ts';
import { ConfigError, readConfig } from '../config.ts';
import { undiciSend } from './undici-send.ts';
import { webPlatform } from './web-platform.ts';

/** An absurdly long header is answered by the app (401), not by Node's parser without CORS or words. */
const MAX_HEADER_SIZE = 2 * 1024 * 1024;
/** While shutting down: how often connections that have become idle are closed, in milliseconds. */
const CLOSE_IDLE_EVERY = 100;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const platform = webPlatform(undiciSend(), config.logLevel);
  const app = createApp(config, platform);
  const server = serve({
    fetch: (request) => app.fetch(request),
    port: config.port,
    hostname: config.host,
    silent: true,
    gracefulShutdown: false,
    node: { maxHeaderSize: MAX_HEADER_SIZE },
  });
  await server.ready();
  void app.prepare();
  platform.log('info', 'Poeway listens', { url: server.url, poe: config.poeBaseUrl });

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // The second signal does not wait.
    if (stopping) process.exit(1);
    stopping = true;
    platform.log('info', 'Poeway stops: open answers are finished first', { signal });
    const { server: http } = server.node ?? {};
    const closeIdle = setInterval(() => {
      if (http && 'closeIdleConnections' in http) http.closeIdleConnections();
    }, CLOSE_IDLE_EVERY);
    void server.close().then(() => {
      clearInterval(closeIdle);
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

start().catch((error: unknown) => {
  const known = error instanceof ConfigError || (error instanceof Error && 'code' in error);
  console.error(known ? error.message : error);
  process.exit(1);
});
