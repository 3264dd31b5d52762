/** Cases of the host suite: chat answers, whole and streamed, long and many at once. */
import { expect, test } from 'vitest';
import {
  type ChatChunk,
  contentOf,
  CORS_ORIGIN,
  ofUndeclaredLength,
  readChunks,
  readContent,
  readData,
  wholeContent,
} from '../_client.ts';
import type { Subject } from '../_subject.ts';

/** Fewer reads than this, of twenty chunks with pauses between them, is a buffer and no stream. */
const LEAST_READS = 5;

const TOOL = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** Chat answers, whole and streamed. */
export function answers({ caller }: Subject): void {
  test('answers a chat whole', async () => {
    const response = await caller().ask({ model: 'Echo' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get(CORS_ORIGIN)).toBe('*');
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-chat');
    expect(await wholeContent(response)).toBe('Hello there, world');
  });

  test('hands on what Poe says while Poe is still speaking', async () => {
    const { ask, requests } = caller();
    const response = await ask({ model: 'Slow', stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let content = '';
    const reads = new Set<number>();
    const outcomes: (string | undefined)[] = [];
    for await (const { data, read } of readData(response)) {
      const text = data === '[DONE]' ? '' : contentOf(JSON.parse(data) as ChatChunk);
      if (text === '') continue;
      content += text;
      reads.add(read);
      outcomes.push(requests()[0]?.outcome);
    }
    expect(content).toMatch(/^one two .* nineteen twenty$/);
    expect(outcomes[0]).toBe('open');
    expect(reads.size).toBeGreaterThanOrEqual(LEAST_READS);
  });

  test('keeps a stream alive while Poe is silent', async () => {
    const { ask, waitFor } = caller();
    const leaving = new AbortController();
    const response = await ask({ model: 'Silent', stream: true }, { signal: leaving.signal });
    await waitFor();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/: keep-alive\n\n.*: keep-alive\n\n/s.test(text))
      text += (await reader?.read())?.value ?? expect.fail('the stream ended');
    leaving.abort();
  });

  test('streams a tool call in pieces that make one JSON', async () => {
    const response = await caller().ask({ model: 'Tool-Caller', stream: true, tools: [TOOL] });
    const chunks = await readChunks(response);
    const pieces = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces[0]?.function.name).toBe('weather');
    const json = pieces.map((piece) => piece.function.arguments ?? '').join('');
    expect(JSON.parse(json)).toHaveProperty('city');
    const reasons = chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? []);
    expect(reasons).toEqual(['tool_calls']);
  });

  test('keeps two dozen answers apart that are streamed at once', async () => {
    const texts = Array.from({ length: 24 }, (_, client) =>
      Array.from({ length: 30 }, (__, word) => `client-${client}-word-${word}`).join(' '),
    );
    const answered = await Promise.all(
      texts.map(async (content) => {
        const messages = [{ role: 'user', content }];
        return readContent(await caller().ask({ model: 'Pings', stream: true, messages }));
      }),
    );
    expect(answered).toEqual(texts);
  });

  test('takes a body whose length is not declared', async () => {
    const messages = [{ role: 'user', content: 'in chunks' }];
    const text = JSON.stringify({ model: 'Echo', messages });
    const response = await caller().ask({}, ofUndeclaredLength(text));
    expect(await wholeContent(response)).toBe('in chunks');
  });

  test.sequential.each([false, true])('keeps 5 MB intact, with stream %s', async (stream) => {
    // Each word has its number: one that is lost, doubled or moved shows.
    const words = Array.from({ length: 1_000 }, (_, word) => `${word}:grüße,世界🧪`.repeat(250));
    const content = words.join(' ');
    expect(Buffer.byteLength(content)).toBeGreaterThan(5_000_000);
    const messages = [{ role: 'user', content }];
    const response = await caller().ask({ model: 'Echo', stream, messages });
    const answer = await (stream ? readContent(response) : wholeContent(response));
    // Not by toBe: the difference of two such texts takes minutes to print.
    expect(answer === content).toBe(true);
  });
}
