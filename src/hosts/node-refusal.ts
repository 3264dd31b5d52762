/**
 * Requests that Node's own HTTP parser refuses never reach the app. They are answered here, in the
 * dialect and with the headers of every other error.
 */
import type { Duplex } from 'node:stream';
import { GatewayError } from '../core/error.ts';
import { CORS_HEADERS } from '../http/cors.ts';
import { openaiError } from '../protocols/shared/error.ts';

/** Where Node knows better than "bad request". */
const STATUS_BY_CODE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** A credential with a control character in it, in the bytes that the parser stumbled over. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const GARBLED_CREDENTIAL = /\r\n(authorization|x-api-key|api-key):[^\r\n]*[\0-\x08\x0a-\x1f\x7f]/i;

/** For the server's `clientError` event. */
export function refuse(error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex): void {
  // A client that hung up has nobody to read the reply.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const garbled = GARBLED_CREDENTIAL.test(error.rawPacket?.toString('latin1') ?? '');
  const [status, cause] = garbled
    ? [
        '401 Unauthorized',
        new GatewayError(
          'unauthenticated',
          'This is not a Poe API key: it has control characters in it.',
        ),
      ]
    : [
        STATUS_BY_CODE[error.code ?? ''] ?? '400 Bad Request',
        new GatewayError('invalid-request', 'This is not a valid HTTP request.'),
      ];
  const body = JSON.stringify(openaiError(cause));
  const headers = Object.entries({
    ...CORS_HEADERS,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`);
}
