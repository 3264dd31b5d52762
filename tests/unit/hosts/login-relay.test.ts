/** The relay before a proxy with a login: for whom it opens tunnels, and what the proxy is told. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openLoginRelay } from '../../../src/hosts/login-relay.ts';

const OPENED = 'HTTP/1.1 200 OK\r\n\r\n';

let proxy: Server | undefined;
afterEach(() => proxy?.close());

/** What the proxy was told, and what the caller read. */
async function tunnel(
  headers: (own: string) => readonly string[],
  pieces = 1,
): Promise<{ told: string; read: string }> {
  let told = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      told += bytes.toString();
      if (told.endsWith('\r\n\r\n')) socket.write(OPENED);
      if (told.endsWith('inside')) socket.end('answer');
    });
  });
  proxy = server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const relay = await openLoginRelay({
    setting: 'PROXY',
    origin,
    login: { username: 'ann', password: 'pass' },
    authorization: 'Basic real',
  });

  const { username, password } = relay.login;
  const lines = ['CONNECT a.test:443 HTTP/1.1', ...headers(btoa(`${username}:${password}`))];
  const head = [...lines, '', ''].join('\r\n');
  const near = connect(Number(new URL(relay.url).port), '127.0.0.1');
  near.on('error', () => undefined);
  const closed = once(near, 'close');
  let read = '';
  near.on('data', (bytes) => {
    read += bytes.toString();
    if (read === OPENED) near.write('inside');
  });
  const size = Math.ceil(head.length / pieces);
  for (let at = 0; at < head.length; at += size) {
    near.write(head.slice(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await closed;
  return { told, read };
}

it.each([1, 7])('puts the right login in the place of its own, in %s pieces', async (pieces) => {
  const headers = (own: string): string[] => ['Host: a.test', `Proxy-Authorization: Basic ${own}`];
  expect(await tunnel(headers, pieces)).toEqual({
    told: 'CONNECT a.test:443 HTTP/1.1\r\nproxy-authorization: Basic real\r\nHost: a.test\r\n\r\ninside',
    read: `${OPENED}answer`,
  });
});

it.each([
  ['no login', []],
  ['another login', ['Proxy-Authorization: Basic cmVsYXk6']],
  ['the real login', ['Proxy-Authorization: Basic real']],
])('opens nothing for who has %s', async (_, headers) => {
  const { told, read } = await tunnel(() => headers);
  expect(told).toBe('');
  expect(read).toMatch(/^HTTP\/1\.1 407 /);
});

it('hangs up on a head without an end', async () => {
  expect(await tunnel(() => ['x'.repeat(20_000)])).toEqual({ told: '', read: '' });
});
