/** Faults and framings as they look on the wire: what a careless client would trip over. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';
import { ask, dataOf, simulatorForFile } from './client.ts';

const simulator = simulatorForFile();

async function streamText(model: string): Promise<string> {
  const response = await ask(simulator(), model, { stream: true });
  return response.text();
}

/** The body of a stream as the socket reads came, chunked encoding and all. */
async function socketReads(model: string): Promise<readonly Buffer[]> {
  const { hostname, port } = new URL(simulator().url);
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'é!' }] });
  const socket = connect(Number(port), hostname);
  const reads: Buffer[] = [];
  socket.on('data', (read) => reads.push(read));
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await once(socket, 'close');
  return reads;
}

/** Bots that never end an answer, break it off, or take long over it: each has its own test. */
const EXCEPTIONS = new Set([
  'Silent',
  'Silent-Start',
  'Silent-Headers',
  'Hangs-After-Finish',
  'Broken-Midway',
  'Slow',
  'Long-Line',
  'Responds-Broken-Midway',
  'Responds-Silent',
]);

test.each([true, false])(
  'every other bot answers, with stream %s, in its own words',
  async (stream) => {
    const names = bots.map((bot) => bot.name).filter((name) => !EXCEPTIONS.has(name));
    const answers = names.map(async (name) => {
      const response = await ask(simulator(), name, { stream });
      const text = await response.text();
      return text.includes('simulator_mistake') ? [`${name}: ${text}`] : [];
    });
    expect((await Promise.all(answers)).flat()).toEqual([]);
  },
);

describe('a broken stream', () => {
  test('of Broken-Midway is cut off by its socket', async () => {
    await expect(streamText('Broken-Midway')).rejects.toThrow('terminated');
  });

  test('of Broken-JSON ends cleanly inside an object', async () => {
    const last = dataOf(await streamText('Broken-JSON')).at(-1) ?? '';
    expect(() => JSON.parse(last)).toThrow(SyntaxError);
  });

  test('of Ends-Quietly has neither finish nor [DONE]', async () => {
    const text = await streamText('Ends-Quietly');
    expect(text).not.toMatch(/\[DONE\]|"finish_reason":"/);
  });

  test('of Error-Midway carries an error after good chunks', async () => {
    const data = dataOf(await streamText('Error-Midway'));
    expect(data.length).toBeGreaterThan(2);
    expect(JSON.parse(data.at(-1) ?? '')).toMatchObject({ error: { type: 'provider_error' } });
  });

  test('of Empty-Body has no byte', async () => {
    expect(await streamText('Empty-Body')).toBe('');
  });
});

describe('a frame', () => {
  test('of CRLF has no bare LF', async () => {
    expect(await streamText('CRLF')).not.toMatch(/[^\r]\n/);
  });

  test('of BOM comes after the byte order mark', async () => {
    const response = await ask(simulator(), 'BOM', { stream: true });
    expect(Buffer.from(await response.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from('\uFEFF'));
  });

  test('of Multi-Line-Data is whole only when its lines are joined', async () => {
    const [first = ''] = (await streamText('Multi-Line-Data')).split('\n\n');
    const lines = first.split('\n');
    expect(lines.length).toBeGreaterThan(5);
    const json = lines.map((line) => line.replace(/^data: /, '')).join('\n');
    expect(JSON.parse(json)).toMatchObject({ object: 'chat.completion.chunk' });
  });

  test('of Split-UTF8 is cut inside a character', async () => {
    const reads = await socketReads('Split-UTF8');
    expect(reads.some((read) => read.toString('utf8').includes('\uFFFD'))).toBe(true);
    expect(Buffer.concat(reads).includes(Buffer.from([0xc3]))).toBe(true);
  });

  test('of Long-Line holds 10 MB of text', async () => {
    const [line = ''] = dataOf(await streamText('Long-Line'));
    expect(JSON.parse(line)['choices'][0]['delta']['content']).toHaveLength(10_000_000);
  });

  test('of an ordinary bot is a socket write of its own, of Many-In-One all are one', async () => {
    // Each HTTP chunk of the transfer encoding is one write of ours.
    const writes = async (model: string): Promise<number> =>
      Buffer.concat(await socketReads(model))
        .toString('latin1')
        .match(/\r\n[0-9a-f]+\r\n(?=data)/g)?.length ?? 0;
    expect(await writes('Counts')).toBe(22);
    expect(await writes('Many-In-One')).toBe(1);
  });
});

test('Slow sends its headers long before its last chunk', async () => {
  const started = performance.now();
  const response = await ask(simulator(), 'Slow', { stream: true });
  expect(performance.now() - started).toBeLessThan(500);
  await response.text();
  expect(performance.now() - started).toBeGreaterThan(900);
});

describe('an error bot', () => {
  test.each(['400', '401', '402', '403', '404', '408', '413', '429', '500', '502', '503', '529'])(
    'Error-%s answers with its status',
    async (status) => {
      const response = await ask(simulator(), `Error-${status}`, { stream: true });
      expect(response.status).toBe(Number(status));
      expect(await response.json()).toHaveProperty('error.message');
      expect(response.headers.has('retry-after')).toBe(['429', '503'].includes(status));
    },
  );

  test('Error-Leaky shows the key that it was called with', async () => {
    const response = await ask(simulator(), 'Error-Leaky');
    expect(await response.text()).toContain('key good to http://10.');
  });
});
