/** Every transcript, with both kinds of line ends, whole, byte by byte and at random cuts. */
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent, Sink } from '../../../../src/core/event.ts';
import { placeFiles } from '../../../../src/core/stages/place-files.ts';
import { settleReplace } from '../../../../src/core/stages/settle-replace.ts';
import { splitReasoning } from '../../../../src/core/stages/split-reasoning.ts';
import type { ReplyHead } from '../../../../src/core/upstream.ts';
import { poeBot } from '../../../../src/upstreams/poe-bot/index.ts';
import { bytesOf, CUTTINGS } from '../../../golden/replay.ts';
import { recordingSink, textOf } from '../../record.ts';
import { sse, TRANSCRIPTS, type Transcript } from './transcripts.ts';

const KEY = 'secret-key-of-the-caller';
const HEAD: ReplyHead = { status: 200, header: () => 'text/event-stream' };
const CONTEXT = { key: KEY, stream: true, randomId: () => 'made-up' };
const DONE = sse('done', {});

/** How the lines of a transcript end, and in how many ways it is cut. */
const WAYS = ['\n', '\r\n'].flatMap((lineEnd) => CUTTINGS.map((cutting) => ({ lineEnd, cutting })));

function replays({ lines }: Transcript, stages: (sink: Sink) => Sink = (sink) => sink) {
  return WAYS.flatMap(({ lineEnd, cutting }) => {
    const bytes = bytesOf(lines.join('').replaceAll('\n', lineEnd));
    return cutting.cut(bytes).map((chunks) => readChunks(chunks, stages));
  });
}

function readChunks(
  chunks: readonly Uint8Array[],
  stages: (sink: Sink) => Sink,
  failure?: GatewayError,
): readonly GenerationEvent[] {
  const sink = recordingSink();
  const reader = poeBot.read(HEAD, stages(sink), CONTEXT);
  for (const chunk of chunks) reader.feed(chunk);
  reader.end(failure);
  expect(sink.ends).toBe(1);
  expect(reader.isComplete()).toBe(true);
  return sink.events;
}

function read(text: string, failure?: GatewayError): readonly GenerationEvent[] {
  return readChunks([bytesOf(text)], (sink) => sink, failure);
}

function stagesOf(sink: Sink): Sink {
  return settleReplace(splitReasoning(placeFiles(sink)));
}

describe('read', () => {
  it.each(TRANSCRIPTS)('$name', (transcript) => {
    for (const events of replays(transcript)) {
      expect(events).toHaveLength(transcript.events.length);
      expect(events).toMatchObject(transcript.events);
    }
  });

  it.each(TRANSCRIPTS.filter(({ client }) => client))(
    '$name, as a client reads it',
    (transcript) => {
      for (const events of replays(transcript, stagesOf)) {
        const thought = events.map((event) => (event.type === 'reasoning-delta' ? event.text : ''));
        expect([thought.join(''), textOf(events)]).toEqual(transcript.client);
        expect(events.filter(({ type }) => type === 'text-replace')).toEqual([]);
        expect(events.at(-1)?.type).toBe('finish');
      }
    },
  );

  it('never tells a key, wherever a vendor repeats it', () => {
    const [last] = read(sse('error', { text: `bad: ${KEY} and sk-1234567890abcdef` })).slice(-1);
    expect(last).toMatchObject({ error: { message: 'bad: [key] and [key]' } });
  });

  it('may be asked again after a failure that the bot allows to retry, and only then', () => {
    const retryable = (data: object) => {
      const [last] = read(sse('error', data)).slice(-1);
      return last?.type === 'error' && last.error.retryable;
    };
    expect(retryable({ text: 'Internal server error' })).toBe(true);
    expect(retryable({ text: 'Internal server error', allow_retry: true })).toBe(true);
    expect(retryable({ text: 'The bot broke.', allow_retry: false })).toBe(false);
  });

  it('may be asked again only where the bot says so, before anything else', () => {
    const allows = (...frames: readonly string[]) => {
      const last = read(frames.join('')).at(-1);
      return last?.type === 'error' && last.error.allowsRetry;
    };
    const internal = { text: 'Internal server error' };
    const allowed = { ...internal, allow_retry: true };
    expect(allows(sse('error', allowed))).toBe(true);
    expect(allows(sse('ping', {}), sse('error', allowed))).toBe(true);
    expect(allows(sse('error', { text: 'Rate limit.', allow_retry: true }))).toBe(true);
    expect(allows(sse('error', internal))).toBe(false);
    expect(allows(sse('error', { ...internal, allow_retry: 'true' }))).toBe(false);
    expect(allows(sse('error', { ...internal, allow_retry: false }))).toBe(false);
    expect(allows(sse('meta', {}), sse('error', allowed))).toBe(false);
    expect(allows(sse('text', { text: '' }), sse('error', allowed))).toBe(false);
    expect(allows(sse('text', { text: 'Hi' }), sse('error', allowed))).toBe(false);
  });

  it('tells why the connection broke', () => {
    const failure = new GatewayError('upstream-timeout', 'Silence.');
    expect(read(sse('text', { text: 'Hi' }), failure).at(-1)).toEqual({
      type: 'error',
      error: failure,
    });
    expect(read('{"text":', failure)).toEqual([{ type: 'error', error: failure }]);
  });

  it('needs nothing more once the bot is done', () => {
    const failure = new GatewayError('upstream-timeout', 'Silence.');
    expect(read(sse('text', { text: 'Hi' }) + DONE, failure).at(-1)?.type).toBe('finish');
  });
});

describe('readError', () => {
  it.each([
    {
      status: 401,
      body: '{"error":{"message":"Bad key"}}',
      kind: 'unauthenticated',
      says: 'Bad key',
    },
    {
      status: 402,
      body: sse('error', { text: 'No points' }),
      kind: 'insufficient-points',
      says: 'No points',
    },
    { status: 404, body: '', kind: 'model-not-found', says: 'no bot of this name' },
    { status: 429, body: 'slow down', kind: 'rate-limited', says: 'Too many requests' },
    {
      status: 500,
      body: '{"text":"Internal server error"}',
      kind: 'upstream-failed',
      says: 'Internal',
    },
    { status: 502, body: '<html>event: x</html>', kind: 'upstream-failed', says: 'HTTP 502' },
    { status: 529, body: '{}', kind: 'overloaded', says: 'overloaded' },
  ])('reads a $status as $kind', ({ status, body, kind, says }) => {
    const error = poeBot.readError({ status, header: () => undefined }, body, KEY);
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(says);
  });
});
