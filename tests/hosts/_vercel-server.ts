/**
 * What stands in front of a function on Vercel, as far as the function can tell: the headers of the
 * proxy, the request context with `waitUntil`, and an instance that is kept until the work is done.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import process from 'node:process';

/** A function as a Node server calls it. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The global by which code that runs on Vercel finds what belongs to the request under way. */
export const REQUEST_CONTEXT = Symbol.for('@vercel/request-context');

/** What goes on when the reply has left. */
const works = new Set<Promise<unknown>>();

/** What stands at {@link REQUEST_CONTEXT}; it says on standard output that it was asked. */
export const requestContext = {
  get: () => ({
    waitUntil(work: Promise<unknown>) {
      console.log('waitUntil');
      works.add(work);
    },
  }),
};

/** Serves on a free port of loopback, says which on standard output, and stops on SIGTERM. */
export function serveAsVercel(listener: NodeListener, headers: IncomingHttpHeaders = {}): void {
  const server = createServer((request, response) => {
    const { host, 'x-forwarded-host': forwarded = host } = request.headers;
    Object.assign(request.headers, headers, {
      'x-forwarded-host': forwarded,
      'x-forwarded-port': String(request.socket.localPort),
      'x-forwarded-proto': 'http',
    });
    void listener(request, response);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address) console.log(`listens on ${address.port}`);
  });
  process.once('SIGTERM', () => {
    void Promise.allSettled(works).then(() => process.exit(0));
  });
}
