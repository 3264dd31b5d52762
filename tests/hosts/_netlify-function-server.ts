/**
 * What is around a Netlify function when it is deployed: AWS Lambda, and Netlify's proxy in front of
 * it, both played here. Between them and our function stands Netlify's own runtime, the same code
 * that `netlify build` packs beside every function. Run as a program: an argument names another
 * module whose `handler` is to be served, for instance the entry point of such a package.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Longer than the longest header of the suite. */
const MAX_HEADER_SIZE = 256 * 1024;
/** In which the proxy names the client. */
const ADDRESS_HEADER = 'x-nf-client-connection-ip';

/** One invocation: over when this resolves, which may be long after the reply. */
type Invoke = (event: object, reply: ServerResponse, context: object) => Promise<void>;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html */
interface Lambda {
  streamifyResponse(invoke: Invoke): Invoke;
  readonly HttpResponseStream: {
    from(reply: ServerResponse, head: LambdaReplyHead): Writable;
  };
}

interface LambdaReplyHead {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
}

const lambda: Lambda = {
  streamifyResponse: (invoke) => invoke,
  HttpResponseStream: {
    from(reply, { statusCode, headers, multiValueHeaders }) {
      for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders }))
        // What is Netlify's own, its proxy keeps to itself.
        if (!name.startsWith('x-nf-')) reply.setHeader(name, value);
      reply.writeHead(statusCode).flushHeaders();
      return new Writable({
        // Lambda is not told when the reader has gone: the function then writes to nobody.
        write(chunk: Uint8Array, _, done) {
          if (reply.destroyed || reply.write(chunk)) return done();
          const goOn = (): void => {
            reply.off('drain', goOn).off('close', goOn);
            done();
          };
          reply.on('drain', goOn).on('close', goOn);
        },
        final(done) {
          reply.end();
          done();
        },
      });
    },
  },
};

/** The function as it is deployed, but from its source. */
async function fromSource(): Promise<Invoke> {
  const { getLambdaHandler } = await import('@netlify/serverless-functions-api');
  const file = fileURLToPath(new URL('../../netlify/functions/handler.ts', import.meta.url));
  // The types are those of Lambda's users: what Lambda itself calls has three parameters.
  return getLambdaHandler(file) as unknown as Invoke;
}

async function fromPackage(entry: string): Promise<Invoke> {
  const module = (await import(pathToFileURL(resolve(entry)).href)) as { handler: Invoke };
  return module.handler;
}

const blobs = process.env['SITE_BLOBS'];

/** Lambda takes a body whole and as text, so the proxy has read it to its end before it asks. */
async function toEvent(request: IncomingMessage): Promise<object> {
  const { method, headers, url = '/', socket } = request;
  const body = await buffer(request);
  const isText = headers['content-type']?.startsWith('application/json') === true;
  const rawUrl = `http://${headers.host}${url}`;
  return {
    rawUrl,
    path: new URL(rawUrl).pathname,
    httpMethod: method,
    headers: {
      [ADDRESS_HEADER]: socket.remoteAddress,
      'x-nf-request-id': randomUUID(),
      'x-nf-account-id': 'account',
      'x-nf-site-id': 'site',
      'x-nf-deploy-id': 'deploy',
      'x-nf-deploy-context': 'production',
      'x-nf-deploy-published': '1',
      ...headers,
    },
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
    route: '/*',
    // Where the site's blobs are, and how to come by them.
    ...(blobs !== undefined && { blobs: btoa(blobs) }),
    flags: {},
  };
}

Object.assign(globalThis, { awslambda: lambda });
const [, , entry] = process.argv;
const invoke = await (entry === undefined ? fromSource() : fromPackage(entry));

const server = createServer({ maxHeaderSize: MAX_HEADER_SIZE }, async (request, reply) => {
  // A client that leaves in the middle of its upload is the proxy's affair: nobody is asked.
  const event = await toEvent(request).catch(() => undefined);
  if (!event) return void reply.destroy();
  try {
    await invoke(event, reply, {
      awsRequestId: randomUUID(),
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => 60_000,
    });
  } catch (error) {
    console.error(error);
    if (!reply.headersSent) reply.writeHead(502);
    reply.end();
  }
  // From now on Lambda would not let the function go on.
  console.log(JSON.stringify({ invoked: request.url }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(JSON.stringify(address));
});
process.on('SIGTERM', () => process.exit(0));
