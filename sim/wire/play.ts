/**
 * Performs a reply on a socket: writes, pauses, hangs up, waits for a slow reader. The only file
 * that sleeps. It stops at once, timers included, when the signal says the client has left.
 */
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';
import { HANG_UP, isPause, type Reply } from './reply.ts';

/** Resolves on the first of: the thing subscribed to, or the client's leaving. */
function until(signal: AbortSignal, subscribe: (done: () => void) => () => void): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = subscribe(done);
    signal.addEventListener('abort', done);
  });
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return until(signal, (done) => {
    // setTimeout takes Infinity for 1 ms; for ever is simply no timer at all.
    if (milliseconds === Infinity) return () => undefined;
    const timer = setTimeout(done, milliseconds);
    return () => clearTimeout(timer);
  });
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return until(signal, (done) => {
    response.once('drain', done);
    return () => response.off('drain', done);
  });
}

/** node:http corks the writes of one tick into one segment; a turn of the loop keeps them apart. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Brotli for whoever asks, as Poe's front does: clients that cannot undo it must find out here. */
function compressed(reply: Reply, acceptEncoding: string): Reply {
  if (reply.compressible !== true || !/\bbr\b/.test(acceptEncoding)) return reply;
  const text = [...reply.writes].filter((write) => typeof write === 'string').join('');
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
  return {
    ...reply,
    headers: { ...reply.headers, 'content-encoding': 'br', vary: 'Accept-Encoding' },
    writes: [brotliCompressSync(text, { params })],
  };
}

/** Plays `reply`; resolves when it has ended, was hung up, or nobody is left to hear it. */
export async function play(
  reply: Reply,
  response: ServerResponse,
  signal: AbortSignal,
  onHangUp: () => void = () => undefined,
): Promise<void> {
  if (reply.startAfter !== undefined) await rest(reply.startAfter, signal);
  if (signal.aborted) return;
  const { status, headers, writes } = compressed(
    reply,
    String(response.req.headers['accept-encoding']),
  );
  response.writeHead(status, headers);
  for (const write of writes) {
    if (signal.aborted) return;
    if (write === HANG_UP) {
      // Told first: to whoever watches the socket, our leaving looks just like the client's.
      onHangUp();
      response.destroy();
      return;
    }
    if (isPause(write)) {
      response.flushHeaders();
      await rest(write.pause, signal);
    } else if (response.write(write)) {
      await nextTurn();
    } else {
      await drained(response, signal);
    }
  }
  if (!signal.aborted) response.end();
}
