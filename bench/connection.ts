/**
 * The client: HTTP/1.1 on a bare socket, kept alive. It looks for the end of a reply and counts the
 * reads, and does no more, so that the load costs little beside what it loads.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const LAST_CHUNK = '0\r\n\r\n';
const HEAD_END = '\r\n\r\n';

/** How one request went. */
export interface Outcome {
  /** Milliseconds from the request's first byte to the reply's last. */
  readonly milliseconds: number;
  /** How many times the socket gave bytes: chunks that were sent apart and arrived apart. */
  readonly reads: number;
  readonly bytes: number;
}

/** A connection that makes one request at a time. */
export interface Connection {
  /** @throws when the status is not 200, or the connection breaks. */
  send(request: Buffer): Promise<Outcome>;
  close(): void;
}

/** A reply on its way. */
interface Reply {
  readonly startedAt: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  reads: number;
  bytes: number;
  /** Header text until the head is complete, then undefined. */
  head: string | undefined;
  /** Body bytes that are still to come; undefined for a chunked body. */
  missing: number | undefined;
  /** The end of what was read: where a chunked body shows that it is over. */
  tail: string;
}

/** Connects to a port of this machine. */
export async function open(port: number): Promise<Connection> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let reply: Reply | undefined;

  socket.on('data', (bytes) => {
    if (!reply) return;
    try {
      if (!take(reply, bytes)) return;
    } catch (error) {
      reply.reject(error instanceof Error ? error : new Error(String(error)));
      socket.destroy();
      return;
    }
    const { resolve, startedAt, reads, bytes: total } = reply;
    reply = undefined;
    resolve({ milliseconds: performance.now() - startedAt, reads, bytes: total });
  });
  socket.on('error', (error) => reply?.reject(error));
  socket.on('close', () => reply?.reject(new Error('the connection was closed')));

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        reply = {
          startedAt: performance.now(),
          resolve,
          reject,
          reads: 0,
          bytes: 0,
          head: '',
          missing: undefined,
          tail: '',
        };
        socket.write(request);
      }),
    close() {
      socket.destroy();
    },
  };
}

/** @returns Whether the reply is over. */
function take(reply: Reply, bytes: Buffer): boolean {
  reply.reads += 1;
  reply.bytes += bytes.byteLength;
  let body = bytes;
  if (reply.head !== undefined) {
    const head = reply.head + bytes.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end === -1) {
      reply.head = head;
      return false;
    }
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(`unexpected reply: ${head}`);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1];
    reply.missing = length === undefined ? undefined : Number(length);
    const bodyLength = head.length - end - HEAD_END.length;
    body = bytes.subarray(bytes.byteLength - bodyLength);
    reply.head = undefined;
  }
  if (reply.missing !== undefined) {
    reply.missing -= body.byteLength;
    return reply.missing <= 0;
  }
  reply.tail = (reply.tail + body.subarray(-LAST_CHUNK.length).toString('latin1')).slice(
    -LAST_CHUNK.length,
  );
  return reply.tail === LAST_CHUNK;
}
