/**
 * What is behind the binding of a KV namespace. workerd's own binding asks for it over HTTP, so it can be
 * played here while the binding is the real one. It refuses what KV refuses.
 *
 * @see https://developers.cloudflare.com/kv/platform/limits/
 */
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './_server.ts';
import type { Addition } from './_workerd.ts';

/** One namespace. */
export interface WorkersKvService {
  /** Binds it to a worker as `POEWAY_KV`. */
  readonly addition: Addition;
  readonly keys: () => readonly string[];
  /** What the next writes are answered with, one after the other. */
  refuse(...statuses: readonly number[]): void;
  close(): Promise<void>;
}

const LONGEST_KEY = 512;
const LARGEST_VALUE = 25 * 1024 * 1024;
const LEAST_TTL = 60;

/** Starts an empty one. */
export async function startWorkersKv(): Promise<WorkersKvService> {
  const entries = new Map<string, Buffer>();
  const refusals: number[] = [];

  async function answer(request: IncomingMessage): Promise<[status: number, body?: Buffer]> {
    const body = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://kv.test');
    if (searchParams.get('urlencoded') !== 'true') return [400];
    const key = decodeURIComponent(pathname.slice(1));
    if (Buffer.byteLength(key) > LONGEST_KEY) return [414];
    if (request.method === 'GET') {
      const value = entries.get(key);
      return value ? [200, value] : [404];
    }
    const refused = refusals.shift();
    if (refused !== undefined) return [refused];
    if (request.method === 'DELETE') {
      entries.delete(key);
      return [204];
    }
    if (request.method !== 'PUT') return [405];
    if (Number(searchParams.get('expiration_ttl')) < LEAST_TTL) return [400];
    if (body.byteLength > LARGEST_VALUE) return [413];
    entries.set(key, body);
    return [200];
  }

  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => response.writeHead(status).end(body));
  });
  const port = await listen(server);
  return {
    addition: {
      files: {},
      extension: '',
      services: [`(name = "kv", external = (address = "127.0.0.1:${port}", http = ()))`],
      bindings: ['(name = "POEWAY_KV", kvNamespace = "kv")'],
    },
    keys: () => [...entries.keys()],
    refuse: (...statuses) => void refusals.push(...statuses),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
