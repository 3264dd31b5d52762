/** Starts a bench server on a free loopback port and prints its address as a line of JSON. */
import type { AddressInfo, Server } from 'node:net';

/** Connections that may wait to be accepted: a thousand streams open at once. */
const BACKLOG = 4096;

/** @param server Not listening yet. The line has the form of Poeway's own: `url` is the address. */
export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', BACKLOG, () => {
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}/` }));
  });
}
