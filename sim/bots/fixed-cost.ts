/**
 * The bot that benchmarks talk to: the same prebuilt bytes for everyone, so that what is measured
 * is the gateway and not the simulator. Only its number of chunks and their gaps vary.
 */
import type { Bot } from '../bot.ts';
import type { Prompt } from '../prompt.ts';
import { pause, type Reply, type Write } from '../wire/reply.ts';
import { listed, TALKER } from './define.ts';

const DEFAULT_CHUNKS = 10;
const DEFAULT_CHUNK_BYTES = 6;

/** A constant id and time: nothing is computed per request. */
const HEAD = {
  id: 'chatcmpl-0123456789abcdef01234567',
  created: 1_750_000_000,
  model: 'fixed-cost',
};

function chunkBytes(choice: object): Buffer {
  const chunk = { ...HEAD, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

const END = [
  chunkBytes({ delta: {}, finish_reason: 'stop' }),
  Buffer.from('data: [DONE]\n\n'),
] as const;

const NATIVE_META = Buffer.from('event: meta\ndata: {"content_type": "text/markdown"}\n\n');
const NATIVE_END = [Buffer.from('event: done\ndata: {}\n\n')] as const;

/** Text size → the chunk that holds such a text. A benchmark uses a handful of sizes. */
const chunksBySize = new Map<number, Buffer>();

function textOf(size: number): string {
  return ' '.padStart(size, 'token');
}

function chunkOf(size: number): Buffer {
  const known = chunksBySize.get(size);
  if (known) return known;
  const chunk = chunkBytes({ delta: { content: textOf(size) }, finish_reason: null });
  if (chunksBySize.size > 100) chunksBySize.clear();
  chunksBySize.set(size, chunk);
  return chunk;
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

function* streamWrites(
  [first, chunk, last]: readonly [Buffer | undefined, Buffer, readonly Buffer[]],
  chunks: number,
  interval: number,
): Iterable<Write> {
  const gap = pause(interval);
  if (first) yield first;
  for (let sent = 0; sent < chunks; sent += 1) {
    if (interval > 0 && sent > 0) yield gap;
    yield chunk;
  }
  yield* last;
}

function wholeText(chunks: number, size: number): string {
  const message = { role: 'assistant', content: textOf(size).repeat(chunks) };
  return JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: chunks, total_tokens: chunks + 1 },
  });
}

function nativeChunkOf(size: number): Buffer {
  return Buffer.from(`event: text\ndata: {"text": "${textOf(size)}"}\n\n`);
}

function reply({ door, stream, maxTokens, parameters }: Prompt): Reply {
  const chunks = maxTokens ?? numberOf(parameters['chunks'], DEFAULT_CHUNKS);
  const interval = numberOf(parameters['interval_ms'], 0);
  const size = numberOf(parameters['chunk_bytes'], DEFAULT_CHUNK_BYTES);
  if (stream) {
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    const frames =
      door === 'native'
        ? ([NATIVE_META, nativeChunkOf(size), NATIVE_END] as const)
        : ([undefined, chunkOf(size), END] as const);
    return { status: 200, headers, writes: streamWrites(frames, chunks, interval) };
  }
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, writes: [wholeText(chunks, size)] };
}

export const fixedCost: Bot = listed(
  'Fixed-Cost',
  'Prebuilt bytes: max_tokens (or chunks) chunks of chunk_bytes, interval_ms apart.',
  { reply },
  {
    ...TALKER,
    parameters: [
      { name: 'chunks', schema: { type: 'number', minimum: 0 }, default_value: DEFAULT_CHUNKS },
      { name: 'interval_ms', schema: { type: 'number', minimum: 0 }, default_value: 0 },
      {
        name: 'chunk_bytes',
        schema: { type: 'number', minimum: 1 },
        default_value: DEFAULT_CHUNK_BYTES,
      },
    ],
  },
);
