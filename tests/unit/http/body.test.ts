/** A request's body: JSON or a 400, never more of it than allowed, and nothing read past that. */
import { describe, expect, it } from 'vitest';
import { readJsonBody } from '../../../src/http/body.ts';

/** A body without a declared length, and how much of it was asked for. */
function streamed(
  chunk: Uint8Array,
  count: number,
  headers: Record<string, string> = {},
): { request: Request; pulled: () => number } {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (pulled === count) return controller.close();
        pulled += 1;
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return { request: new Request('http://localhost/', init), pulled: () => pulled };
}

function declared(body: string, length: number): Request {
  const headers = { 'content-length': String(length) };
  return new Request('http://localhost/', { method: 'POST', body, headers });
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('readJsonBody', () => {
  it.each([
    { text: '{"a":1}', json: { a: 1 } },
    { text: ' [] ', json: [] },
    { text: 'null', json: null },
    { text: '\uFEFF{"a":"é"}', json: { a: 'é' } },
  ])('reads $text, its length declared or not', async ({ text, json }) => {
    const size = bytes(text).byteLength;
    expect(await readJsonBody(declared(text, size), 100)).toEqual(json);
    expect(await readJsonBody(streamed(bytes(text), 1).request, 100)).toEqual(json);
  });

  it('keeps code points whole that come in pieces', async () => {
    const [first, ...rest] = bytes('"😀"');
    const chunks = [Uint8Array.of(first ?? 0), ...rest.map((byte) => Uint8Array.of(byte))];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of chunks) controller.enqueue(piece);
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' };
    expect(await readJsonBody(new Request('http://localhost/', init), 100)).toBe('😀');
  });

  it('accepts a body of exactly the limit', async () => {
    const text = `"${'x'.repeat(98)}"`;
    expect(await readJsonBody(declared(text, 100), 100)).toHaveLength(98);
    expect(await readJsonBody(streamed(bytes(text), 1).request, 100)).toHaveLength(98);
  });

  it('refuses a declared length over the limit without reading anything', async () => {
    const declaredLength = { 'content-length': '101' };
    const { request, pulled } = streamed(bytes('x'.repeat(10)), 1000, declaredLength);
    await expect(readJsonBody(request, 100)).rejects.toMatchObject({
      kind: 'too-large',
      status: 413,
    });
    expect(pulled()).toBe(0);
  });

  it('stops reading an undeclared body at the limit', async () => {
    const { request, pulled } = streamed(bytes('x'.repeat(10)), 1000);
    await expect(readJsonBody(request, 100)).rejects.toMatchObject({ status: 413 });
    expect(pulled()).toBe(11);
  });

  it.each([
    { text: '', problem: 'is empty' },
    { text: ' \n ', problem: 'is empty' },
    { text: '{"a":', problem: 'is not valid JSON' },
    { text: "{'a':1}", problem: 'is not valid JSON' },
    { text: 'a=1&b=2', problem: 'is not valid JSON' },
  ])('says that the body %j $problem', async ({ text, problem }) => {
    const refused = {
      status: 400,
      code: 'invalid_json',
      message: expect.stringContaining(problem),
    };
    await expect(readJsonBody(declared(text, text.length), 100)).rejects.toMatchObject(refused);
    await expect(readJsonBody(streamed(bytes(text), 1).request, 100)).rejects.toMatchObject(
      refused,
    );
  });

  it('takes a request without a body for an empty one', async () => {
    const request = new Request('http://localhost/', { method: 'POST' });
    await expect(readJsonBody(request, 100)).rejects.toMatchObject({ code: 'invalid_json' });
  });

  it('does not call a connection that breaks our own mistake', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('ECONNRESET')),
    });
    const init = { method: 'POST', body, duplex: 'half' };
    const request = new Request('http://localhost/', init);
    await expect(readJsonBody(request, 100)).rejects.toMatchObject({ kind: 'client-gone' });
  });
});
