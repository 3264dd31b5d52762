/**
 * The bare pipe, the yardstick: the least that a proxy on `node:http` can do. Headers are handed
 * on, bodies are piped both ways, nothing is parsed, logged, timed or repaired.
 */
import { Agent, createServer, request as call } from 'node:http';
import process from 'node:process';
import { announce } from './announce.ts';

const target = new URL(process.env['POE_BASE_URL'] ?? '');
const agent = new Agent({ keepAlive: true });

const server = createServer((request, response) => {
  const { method, url: path, headers } = request;
  const upstream = call(
    { agent, hostname: target.hostname, port: target.port, method, path, headers },
    (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    },
  );
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
});
announce(server);
