/**
 * A Poe of fixed and very low cost: prebuilt bytes for everyone, in the shape of Poe's chat replies.
 * (The simulator's Fixed-Cost bot does the same but costs more than the proxies that are measured.)
 *
 * How long an answer is comes from `max_tokens`; how many milliseconds lie between its chunks from
 * the end of the model's name, `…-100ms`. Every chunk is a write of its own, and no two writes are
 * made in one turn of the event loop, so chunks arrive as they do from a model: one by one.
 */
import { createServer, type ServerResponse } from 'node:http';
import { modelCard } from '../sim/model-card.ts';
import { announce } from './announce.ts';

const HEAD = { id: 'chatcmpl-20fad46bfdb470459d5dbe0e', created: 1_774_579_933, model: 'bench' };
const USAGE = { prompt_tokens: 1024, completion_tokens: 256, total_tokens: 1280 };
const TOKEN = ' token';
const IDLE_TIMEOUT = 60_000;
/** About as many as Poe lists. */
const MODELS = 400;

function frame(data: object): Buffer {
  const chunk = { ...HEAD, object: 'chat.completion.chunk', ...data };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

function delta(content: object, reason: string | null = null): Buffer {
  return frame({ choices: [{ index: 0, delta: content, finish_reason: reason }] });
}

const FIRST = delta({ role: 'assistant', content: '' });
const CHUNK = delta({ content: TOKEN });
/** What follows the text; every frame is a write of its own too. */
const LAST = [
  delta({}, 'stop'),
  frame({ choices: [], usage: USAGE }),
  Buffer.from('data: [DONE]\n\n'),
];

const WHOLE = Buffer.from(
  JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: TOKEN.repeat(USAGE.completion_tokens) },
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
  }),
);

const MODEL_LIST = Buffer.from(
  JSON.stringify({
    object: 'list',
    data: [
      // The gaps of `scenarios.ts`. With tools, as the models have that are asked with tools.
      ...['Bench', 'Bench-1ms', 'Bench-400ms'].map((name) =>
        modelCard(name, 'Answers the same to all.', { features: ['tools'] }),
      ),
      ...Array.from({ length: MODELS }, (_, index) => modelCard(`Bot-${index}`, 'Does nothing.')),
    ],
  }),
);

/** A streamed answer under way. */
interface Stream {
  readonly response: ServerResponse;
  /** Milliseconds between two writes. */
  readonly gap: number;
  /** Frames still to be written, the last ones included. */
  left: number;
  /** On the clock of `performance.now()`. */
  dueAt: number;
}

const streams = new Set<Stream>();
/** The streams whose next frame is due, in turn. */
const due: Stream[] = [];

setInterval(() => {
  const now = performance.now();
  const idle = due.length === 0;
  for (const stream of streams) {
    if (stream.dueAt > now) continue;
    stream.dueAt = now + stream.gap;
    due.push(stream);
  }
  if (idle) writeNext();
}, 1);

function writeNext(): void {
  const stream = due.shift();
  if (!stream) return;
  stream.left -= 1;
  stream.response.write(LAST.at(-stream.left - 1) ?? CHUNK);
  if (stream.left === 0) {
    streams.delete(stream);
    stream.response.end();
  }
  setImmediate(writeNext);
}

function whole(json: Buffer, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': json.byteLength,
  });
  response.end(json);
}

function answer(body: string, response: ServerResponse): void {
  if (!body.includes('"stream":true')) return whole(WHOLE, response);
  const chunks = Number(/"max_tokens":(\d+)/.exec(body)?.[1] ?? 10);
  const gap = Number(/"model":"[^"]*-(\d+)ms"/.exec(body)?.[1] ?? 1);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(FIRST);
  const dueAt = performance.now() + gap;
  const stream: Stream = { response, gap, left: chunks + LAST.length, dueAt };
  streams.add(stream);
  response.on('close', () => streams.delete(stream));
}

const server = createServer({ keepAliveTimeout: IDLE_TIMEOUT }, (request, response) => {
  if (request.method === 'GET') return whole(MODEL_LIST, response);
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => answer(body, response));
});
announce(server);
