/**
 * A forward proxy for tests: tunnels (CONNECT) and plain calls in absolute form. It finds servers by
 * names that nobody else can resolve, so that what reaches them has come through it.
 */
import { createServer, request as call, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './_certificate.ts';
import { listen } from './_server.ts';

/** What the proxy was asked for. */
export interface Passed {
  /** `CONNECT`, or the method of a plain call. */
  readonly method: string;
  /** `host:port` of a tunnel; the whole address of a plain call. */
  readonly target: string;
  /** What stood in `proxy-authorization`. */
  readonly login: string | undefined;
}

/** A proxy that runs. */
export interface TestProxy {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** All that it was asked for, oldest first; refused calls too. */
  readonly passed: readonly Passed[];
  /** Tunnels and plain calls that are open now. */
  open(): number;
  /** Ends what goes through it, too. */
  close(): void;
}

/** How it treats who asks. */
interface Options {
  /** Host names and the ports of 127.0.0.1 where their servers are. */
  readonly servers: Readonly<Record<string, number>>;
  /** The `proxy-authorization` without which it answers 407. */
  readonly login?: string;
  /** What it answers to everybody instead of passing it on. */
  readonly refusal?: number;
  /** It is asked over TLS. */
  readonly certificate?: Certificate;
}

/** Starts one on a free port. */
export async function startProxy(options: Options): Promise<TestProxy> {
  const { servers, certificate } = options;
  const passed: Passed[] = [];
  const sockets = new Set<Duplex>();
  let open = 0;

  /** Takes note of a call; the status with which it is refused, if it is. */
  function admit({ method = '', url = '', headers }: IncomingMessage): number | undefined {
    const login = headers['proxy-authorization'];
    passed.push({ method, target: url, login });
    if (options.login !== undefined && login !== options.login) return 407;
    return options.refusal;
  }

  function counted(near: Duplex): void {
    open += 1;
    near.once('close', () => (open -= 1));
  }

  const server: Server = certificate ? createSecureServer(certificate) : createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, reply) => {
    const refusal = admit(request);
    const target = new URL(request.url ?? '');
    const port = servers[target.hostname];
    if (refusal !== undefined || port === undefined)
      return void reply.writeHead(refusal ?? 502).end('refused by the proxy');
    open += 1;
    reply.once('close', () => (open -= 1));
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const path = target.pathname + target.search;
    const far = call({ host: '127.0.0.1', port, path, method: request.method, headers });
    far.on('response', (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      reply.flushHeaders();
      answer.pipe(reply);
    });
    far.on('error', () => reply.destroy());
    reply.once('close', () => far.destroy());
    request.pipe(far);
  });
  server.on('connect', (request: IncomingMessage, near: Duplex, head: Buffer) => {
    near.on('error', () => near.destroy());
    const refusal = admit(request);
    const [name = ''] = (request.url ?? '').split(':');
    const port = servers[name];
    if (refusal !== undefined || port === undefined)
      return void near.end(`HTTP/1.1 ${refusal ?? 502} Refused\r\ncontent-length: 0\r\n\r\n`);
    counted(near);
    const far = connect(port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.write(head);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.once('close', () => far.destroy());
  });

  return {
    address: `127.0.0.1:${await listen(server)}`,
    passed,
    open: () => open,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
