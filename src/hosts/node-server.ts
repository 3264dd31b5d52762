/**
 * The HTTP server on Node: srvx in front of the app, with what Node's own server must be told. The
 * process of `node.ts` and the `poeway` command both start it here.
 */
import type { Socket } from 'node:net';
import { serve } from 'srvx/node';
import { createApp } from '../app.ts';
import type { Config, Environment } from '../config.ts';
import type { Platform } from '../platform.ts';
import type { OtherFolder } from './config-files.ts';
import { nodePlatform } from './node-platform.ts';
import { refuse } from './node-refusal.ts';
import { readServerConfig } from './server-config.ts';
import { SERVER_DEFAULTS, stopOnSignal } from './server-process.ts';

/** An absurdly long header is answered by the app (401), not by Node's parser without CORS or words. */
const MAX_HEADER_SIZE = 2 * 1024 * 1024;
/** Longer than the 60 seconds after which load balancers close theirs: else both may race, in milliseconds. */
const KEEP_ALIVE_TIMEOUT = 75_000;
/** How long a client that sends too much has for reading why, in milliseconds. */
const LINGER = 1000;
/** While shutting down: how often connections that have become idle are closed, in milliseconds. */
const CLOSE_IDLE_EVERY = 100;

/** A server that takes requests. */
export interface NodeServer {
  /** With the port that it really has, and a slash at the end: `http://127.0.0.1:8080/`. */
  readonly url: string;
  /**
   * Takes no more connections; resolves when the open answers have ended.
   *
   * @param cut Ends the open answers too.
   */
  close(cut?: boolean): Promise<void>;
}

/**
 * Serves until a signal says stop: all that the Node process does.
 *
 * @param files Where files of settings are without a `CONFIG_DIR`.
 */
export async function serveUntilSignal(env: Environment, files?: OtherFolder): Promise<void> {
  const { config, tell } = await readServerConfig(env, SERVER_DEFAULTS, files);
  const platform = nodePlatform(config.logLevel, config);
  tell(platform);
  const server = await startNodeServer(config, platform);
  platform.log('info', 'Poeway listens', { url: server.url, poe: config.poeBaseUrl });
  stopOnSignal(platform, () => server.close());
}

/**
 * Starts a server on `config.port` of `config.host`; resolves when it takes requests.
 *
 * @throws Node's own error when the address cannot be had.
 */
export async function startNodeServer(config: Config, platform: Platform): Promise<NodeServer> {
  const app = createApp(config, platform);
  const server = serve({
    fetch: async (request) => await linger(await app.fetch(request, { address: request.ip })),
    port: config.port,
    hostname: config.host,
    silent: true,
    gracefulShutdown: false,
    node: { maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: KEEP_ALIVE_TIMEOUT },
  });
  server.node?.server?.on('clientError', refuse);
  const connections = new Set<Socket>();
  server.node?.server?.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await server.ready();
  void app.prepare();

  return {
    url: server.url ?? '',
    async close(cut = false) {
      const { server: http } = server.node ?? {};
      const closeIdle = setInterval(() => {
        if (http && 'closeIdleConnections' in http) http.closeIdleConnections();
        // To Node a connection on which nobody has asked yet is not idle; clients open such in advance.
        for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
      }, CLOSE_IDLE_EVERY);
      await server.close(cut);
      clearInterval(closeIdle);
    },
  };
}

/**
 * A client that is refused for the size of its body is still sending it. If the connection were
 * closed at once it would see a broken pipe instead of the reply; so the reply says how long it is,
 * for the client to read, and ends a little later.
 */
async function linger(response: Response): Promise<Response> {
  if (response.status !== 413) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  let timer: NodeJS.Timeout;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      timer = setTimeout(() => controller.close(), LINGER);
    },
    cancel: () => clearTimeout(timer),
  });
  const headers = new Headers(response.headers);
  headers.set('content-length', String(bytes.byteLength));
  return new Response(body, { status: response.status, headers });
}
