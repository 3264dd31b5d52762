/**
 * The parts alone: srvx, undici, eventsource-parser and one web stream, with the JSON parsed and
 * written again and nothing of Poeway's in between. What Poeway costs above it is Poeway's own.
 */
import process from 'node:process';
import { createParser } from 'eventsource-parser';
import { FastResponse, serve } from 'srvx/node';
import { Agent, request as call } from 'undici';

const target = process.env['POE_BASE_URL'] ?? '';
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
const encoder = new TextEncoder();

/** A stand-in for what a gateway does with JSON: read it, change a field, write it. */
function rewrite(json: string): string {
  const value = JSON.parse(json) as { id?: string };
  value.id = 'floor';
  return JSON.stringify(value);
}

function rewriteStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let frames = '';
  const parser = createParser({
    onEvent({ data }) {
      frames += `data: ${data === '[DONE]' ? data : rewrite(data)}\n\n`;
    },
  });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) return controller.close();
        frames = '';
        parser.feed(decoder.decode(value, { stream: true }));
        controller.enqueue(encoder.encode(frames));
      },
    },
    { highWaterMark: 0 },
  );
}

const server = serve({
  port: 0,
  hostname: '127.0.0.1',
  silent: true,
  gracefulShutdown: false,
  async fetch(request) {
    const sent = rewrite(await request.text());
    const reply = await call(`${target}/v1/chat/completions`, {
      method: 'POST',
      dispatcher,
      headers: {
        authorization: request.headers.get('authorization') ?? '',
        'content-type': 'application/json',
      },
      body: sent,
    });
    const type = String(reply.headers['content-type']);
    const headers = { 'content-type': type };
    if (type.includes('event-stream'))
      return new FastResponse(rewriteStream(reply.body), { headers });
    return new FastResponse(rewrite(await reply.body.text()), { headers });
  },
});
await server.ready();
console.log(JSON.stringify({ url: server.url }));
