/**
 * Stands on loopback before a proxy that wants a login, for a runtime that would show the login to
 * others: it asks for a login of its own, made for this process and good for nothing else, and puts
 * the right one in its place.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Proxy } from './proxy.ts';

/** What a runtime is told instead of the proxy. */
export interface LoginRelay {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly login: { readonly username: string; readonly password: string };
}

/** Bytes of a request for a tunnel; it has a line or two. */
const HEAD_LIMIT = 16 * 1024;

/** Opens one, for tunnels alone and for as long as the process lives. */
export async function openLoginRelay({ origin, authorization }: Proxy): Promise<LoginRelay> {
  const login = { username: 'relay', password: crypto.randomUUID() };
  const own = `Basic ${btoa(`${login.username}:${login.password}`)}`;
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');

  const server = createServer((near) => {
    near.on('error', () => near.destroy());
    readHead(near, (head) => {
      const [method, ...lines] = head.split('\r\n');
      const others = lines.filter((line) => !/^proxy-authorization:/i.test(line));
      const isKnown = lines.some((line) => line.replace(/^[^:]*: */, '') === own);
      if (!isKnown) return void near.end('HTTP/1.1 407 Login\r\ncontent-length: 0\r\n\r\n');
      const far = connect(Number(port || 80), host);
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      far.write([method, `proxy-authorization: ${authorization}`, ...others, '', ''].join('\r\n'));
      near.pipe(far).pipe(near);
    });
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, login };
}

/** Nothing follows the head of a request for a tunnel until it has been answered. */
function readHead(near: Socket, use: (head: string) => void): void {
  let head = '';
  near.on('data', function onData(bytes: Buffer) {
    head += bytes.toString('latin1');
    if (head.length > HEAD_LIMIT) return void near.destroy();
    if (!head.endsWith('\r\n\r\n')) return;
    near.off('data', onData);
    use(head.slice(0, -4));
  });
}
