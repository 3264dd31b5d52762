/**
 * What is around a Netlify edge function when it is deployed: Netlify's own bootstrap on Deno, and
 * Netlify's proxy in front of it, which is played here by the headers that the bootstrap expects.
 * Run by Deno: `boot`, which Netlify calls, would listen on every address of the machine, and could
 * not say on which port, so its two lines are here.
 */
import handler, { config } from '../../netlify/edge-functions/handler.ts';

/** @see https://docs.deno.com/api/deno/~/Deno.serve */
declare const Deno: {
  readonly args: readonly string[];
  readonly env: { get(name: string): string | undefined };
  serve(
    options: { port: number; hostname: string; onListen(address: { port: number }): void },
    answer: (
      request: Request,
      info: { remoteAddr: { hostname: string } },
    ) => Promise<Response> | Response,
  ): { shutdown(): Promise<void> };
  addSignalListener(signal: 'SIGTERM', listener: () => void): void;
};

interface Bootstrap {
  handleRequest(
    request: Request,
    functions: Readonly<Record<string, typeof handler>>,
    options: { rawLogger(line: string): void },
  ): Promise<Response>;
}

/** Not an export of its package: `@netlify/edge-functions-dev` starts a worker for each request. */
const { handleRequest } = (await import(
  new URL('../../node_modules/@netlify/edge-functions-dev/dist/deno/bootstrap.mjs', import.meta.url)
    .href
)) as Bootstrap;

/** As the routes in the manifest that `netlify build` writes: `/edge/*` is `^/edge(?:/(.*))/?$`. */
const isMounted = (pathname: string): boolean =>
  [config.path ?? []]
    .flat()
    .some((path) => new RegExp(`^${path.replace('/*', '(?:/(.*))')}/?$`).test(pathname));

const rawLogger = console.log;
const server = Deno.serve(
  { port: 0, hostname: '127.0.0.1', onListen: ({ port }) => rawLogger(`listens on ${port}`) },
  (request, { remoteAddr }) => {
    if (!isMounted(new URL(request.url).pathname)) return new Response(null, { status: 404 });
    const headers = new Headers({
      'x-nf-client-connection-ip': remoteAddr.hostname,
      'x-nf-request-id': crypto.randomUUID(),
      'x-nf-edge-functions': 'handler',
      'x-nf-site-info': btoa(JSON.stringify({ id: 'site', name: 'site', url: request.url })),
      'x-nf-account-info': btoa(JSON.stringify({ id: 'account' })),
      'x-nf-deploy-id': 'deploy',
      'x-nf-deploy-context': 'production',
      'x-nf-deploy-published': '1',
    });
    const blobs = Deno.env.get('SITE_BLOBS');
    if (blobs !== undefined) headers.set('x-nf-blobs-info', btoa(blobs));
    for (const [name, value] of request.headers) headers.set(name, value);
    return handleRequest(new Request(request, { headers }), { handler }, { rawLogger });
  },
);
Deno.addSignalListener('SIGTERM', () => void server.shutdown());
