/**
 * The gateway as its users meet it: the app behind a real HTTP server on Node, with the real way to
 * call Poe, in front of the simulator. In this process, so that the simulator's log is at hand.
 */
import { serve } from 'srvx/node';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { undiciSend } from '../../src/hosts/undici-send.ts';
import { webPlatform } from '../../src/hosts/web-platform.ts';
import { type Simulator, startSimulator } from '../../sim/server.ts';

/** A running gateway and its Poe. */
export interface Gateway {
  /** Without a trailing slash. */
  readonly url: string;
  readonly poe: Simulator;
  close(): Promise<void>;
}

/** @param env Settings beside the simulator's address. */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const poe = await startSimulator();
  const config = readConfig({ POE_BASE_URL: poe.url, LOG_LEVEL: 'error', ...env });
  const app = createApp(config, webPlatform(undiciSend(), config.logLevel));
  const server = serve({
    fetch: (request) => app.fetch(request),
    port: 0,
    hostname: '127.0.0.1',
    silent: true,
    gracefulShutdown: false,
  });
  await server.ready();
  return {
    url: (server.url ?? '').replace(/\/$/, ''),
    poe,
    async close() {
      await server.close(true);
      await poe.close();
    },
  };
}
