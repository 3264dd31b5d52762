/** What Node's own HTTP parser refuses is still answered as every other error is. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningHost } from './_host.ts';
import { nodeHost } from './_node.ts';

let node: RunningHost;
beforeAll(async () => {
  node = await nodeHost().start({ POE_BASE_URL: 'http://127.0.0.1:9' });
});
afterAll(async () => void (await node.stop()));

/** Writes bytes and reads all that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1', () =>
      socket.write(bytes, 'latin1'),
    );
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (reply += text));
    socket.on('close', () => resolve(reply));
    socket.on('error', reject);
  });
}

const REFUSED = [
  ['a NUL in the bearer', 'authorization: Bearer a\0b', 401, 'invalid_api_key'],
  ['a control character in x-api-key', 'x-api-key: a\x01b', 401, 'invalid_api_key'],
  ['a NUL in another header', 'x-other: a\0b', 400, 'invalid_value'],
] as const;

test.each(REFUSED)('%s is an error in JSON, with CORS', async (_, header, status, code) => {
  const reply = await raw(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`);
  expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(reply).toContain('access-control-allow-origin: *');
  const [, body = ''] = reply.split('\r\n\r\n');
  expect(JSON.parse(body)).toMatchObject({ error: { code } });
});

test('a client that sends no HTTP at all is told so', async () => {
  expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request/);
});
