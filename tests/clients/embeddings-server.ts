/**
 * A server of embeddings on loopback, as users run one beside the gateway: it speaks OpenAI's form, and
 * the name of the model says in what way it is odd. It remembers what reached it, headers included.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as it arrived. */
interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: EmbeddingsBody;
}

/** What a client of OpenAI's sends. */
interface EmbeddingsBody {
  readonly model: string;
  readonly input: readonly (string | readonly number[])[];
  readonly dimensions?: number;
  readonly encoding_format?: string;
}

/** A running server. */
export interface EmbeddingsServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Clients that hung up before their reply. */
  left(): number;
  clear(): void;
  close(): Promise<void>;
}

/** Numbers of a vector where nobody asks for another length. */
const LENGTH = 8;
/** Texts in one call that `small-batches` takes. */
const SMALL = 3;

/** The vector of an input: any two inputs have different ones, and 32 bits hold all numbers. */
export function vectorOf(input: string | readonly number[], length = LENGTH): number[] {
  const codes = typeof input === 'string' ? Array.from(input, (c) => c.codePointAt(0) ?? 0) : input;
  const seed = codes.reduce((sum, code, index) => (sum * 31 + code + index) % 4096, 1);
  return Array.from({ length }, (_, index) => ((seed + index * 257) % 4096) / 4096 - 0.5);
}

type Reply = readonly [status: number, body: unknown];

function refuse(status: number, message: string): Reply {
  return [status, { error: { message, type: 'invalid_request_error' } }];
}

function embed({ input, dimensions }: EmbeddingsBody, encode = (v: number[]): unknown => v): Reply {
  const data = input.map((item, index) => ({
    object: 'embedding',
    index,
    embedding: encode(vectorOf(item, dimensions)),
  }));
  const prompt_tokens = input.length * 2;
  return [200, { object: 'list', data, usage: { prompt_tokens, total_tokens: prompt_tokens } }];
}

const base64 = (vector: number[]): string =>
  Buffer.from(Float32Array.from(vector).buffer).toString('base64');

/** By the model's name; any other is an ordinary one. Undefined: no answer at all. */
const ODD: Readonly<Record<string, (body: EmbeddingsBody, auth: string) => Reply | undefined>> = {
  'says-base64': (body) => embed(body, base64),
  'no-dimensions': (body) =>
    body.dimensions === undefined ? embed(body) : refuse(400, 'dimensions: not for this model'),
  'ignores-dimensions': ({ model, input }) => embed({ model, input }),
  'small-batches': (body) =>
    body.input.length > SMALL
      ? [413, { error: `batch size ${body.input.length} > maximum allowed batch size ${SMALL}` }]
      : embed(body),
  'no-base64': (body) =>
    body.encoding_format === undefined ? embed(body) : refuse(400, 'encoding_format is unknown'),
  'tells-its-key': (_, auth) => refuse(401, `Incorrect API key provided: ${auth}`),
  'repeats-its-key': (_, auth) => refuse(400, `${auth} asked http://10.1.2.3/inner for too much`),
  fails: () => [500, 'Internal Server Error'],
  garbled: () => [200, { object: 'list', data: [] }],
  silent: () => undefined,
};

/** Starts it on a free port. */
export async function startEmbeddingsServer(): Promise<EmbeddingsServer> {
  const asked: Asked[] = [];
  let left = 0;

  function send(response: ServerResponse, [status, body]: Reply): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) left += 1;
    });
    void text(request).then((json) => {
      const body = JSON.parse(json) as EmbeddingsBody;
      asked.push({ path: request.url ?? '', headers: request.headers, body });
      if (request.url !== '/v1/embeddings') return send(response, [404, { detail: 'Not Found' }]);
      const answer = Object.hasOwn(ODD, body.model) ? ODD[body.model] : undefined;
      const reply = answer ? answer(body, request.headers.authorization ?? '') : embed(body);
      if (reply) send(response, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    left: () => left,
    clear() {
      asked.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
