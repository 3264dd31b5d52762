/** Upstash's REST form in front of a real Redis: what the store asks of it, and how it refuses. */
import { createServer, type IncomingMessage } from 'node:http';
import { createClient } from '@redis/client';
import { listen } from '../../hosts/_server.ts';

/** A running server. */
export interface UpstashServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

const TOKEN = 'upstash-token';
/** Of a request, in bytes; the real limit is the plan's. */
const MOST = 4 * 1024 * 1024;

/** @see https://upstash.com/docs/redis/features/restapi */
export async function startUpstash(redisUrl: string): Promise<UpstashServer> {
  const redis = createClient({ url: redisUrl, RESP: 2 });
  // It is killed at the end.
  redis.on('error', () => undefined);
  await redis.connect();

  async function answer(request: IncomingMessage): Promise<[number, unknown]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return [401, { error: 'WRONGPASS invalid or missing auth token' }];
    if (body.byteLength > MOST) return [400, { error: 'ERR max request size exceeded' }];
    const asked = JSON.parse(body.toString()) as (string | number)[] | (string | number)[][];
    if (request.url === '/') return [200, { result: await run(asked as string[]) }];
    if (request.url !== '/multi-exec') return [404, { error: 'Not found' }];
    const multi = redis.multi();
    for (const command of asked as string[][]) multi.addCommand(command.map(String));
    return [200, (await multi.exec()).map((result) => ({ result }))];
  }

  const run = (command: readonly (string | number)[]) => redis.sendCommand(command.map(String));

  const server = createServer((request, response) => {
    void answer(request).then(([status, reply]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply));
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    token: TOKEN,
    async close() {
      redis.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
