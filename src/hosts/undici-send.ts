/**
 * Calls to Poe on Node, by undici's dispatcher: the layer under its `fetch` and `request`, without
 * their streams and promises for each chunk. What other ways cost is in
 * `docs/decisions/0002-what-a-request-costs-on-node.md`.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher
 */
import { Agent, type Dispatcher } from 'undici';
import type { Platform, UpstreamReply } from '../platform.ts';

/** Chunks that may wait for their reader before the socket is paused, in bytes. */
const HIGH_WATER_MARK = 256 * 1024;
/** How long the rest of a complete answer may take before its connection is given up. */
const DISCARD_TIMEOUT = 1000;

/** {@link Platform.send} over one connection pool. */
export function undiciSend(): Platform['send'] {
  // The gateway has its own clocks for silence and for the whole; undici's would cut slow bots off.
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 15_000 } });
  return ({ method, url, headers, body }, signal) =>
    new Promise<UpstreamReply>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const { origin, pathname, search } = new URL(url);
      const exchange = receive(signal, resolve, reject);
      // Poe compresses when asked to; for a stream that only adds delay.
      const allHeaders = { ...headers, 'accept-encoding': 'identity' };
      agent.dispatch(
        { origin, path: pathname + search, method, headers: allHeaders, body: body ?? null },
        exchange,
      );
    });
}

/** The handler of one exchange: it becomes the reply once the head is there. */
function receive(
  signal: AbortSignal,
  resolve: (reply: UpstreamReply) => void,
  reject: (reason: unknown) => void,
): Dispatcher.DispatchHandler {
  let controller: Dispatcher.DispatchController | undefined;
  let chunks: Uint8Array[] = [];
  let waitingBytes = 0;
  let ended = false;
  /** Set once the rest is thrown away: gives the connection up if that takes long. */
  let discarding: NodeJS.Timeout | undefined;
  let failure: { readonly reason: unknown } | undefined;
  /** The read that waits for a chunk, if one does. */
  let pending:
    | { resolve(bytes: Uint8Array | undefined): void; reject(reason: unknown): void }
    | undefined;

  const onAbort = (): void => abort(signal.reason);
  signal.addEventListener('abort', onAbort);

  function abort(reason: unknown): void {
    fail(reason);
    controller?.abort(reason instanceof Error ? reason : new Error('aborted'));
  }

  function fail(reason: unknown): void {
    if (failure || ended) return;
    failure = { reason };
    finish();
    reject(reason);
    pending?.reject(reason);
    pending = undefined;
  }

  function finish(): void {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(discarding);
  }

  function read(): Promise<Uint8Array | undefined> {
    const [first] = chunks;
    if (first) {
      // Several chunks that came between two reads are one piece of work.
      const bytes = chunks.length === 1 ? first : Buffer.concat(chunks);
      chunks = [];
      if (waitingBytes > HIGH_WATER_MARK) controller?.resume();
      waitingBytes = 0;
      return Promise.resolve(bytes);
    }
    if (failure) return Promise.reject(failure.reason);
    if (ended) return Promise.resolve(undefined);
    return new Promise((resolveRead, rejectRead) => {
      pending = { resolve: resolveRead, reject: rejectRead };
    });
  }

  return {
    onRequestStart(started) {
      controller = started;
      if (failure) abort(failure.reason);
    },
    onResponseStart(_, status, headers) {
      if (status < 200) return;
      resolve({
        status,
        header(name) {
          const value = headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        read,
        discard() {
          if (ended || failure) return;
          chunks = [];
          controller?.resume();
          discarding = setTimeout(() => abort(new Error('discarded')), DISCARD_TIMEOUT).unref();
        },
        cancel: () => abort(new Error('cancelled')),
      });
    },
    onResponseData(_, bytes) {
      if (discarding) return;
      if (pending) {
        pending.resolve(bytes);
        pending = undefined;
        return;
      }
      chunks.push(bytes);
      waitingBytes += bytes.byteLength;
      if (waitingBytes > HIGH_WATER_MARK) controller?.pause();
    },
    onResponseEnd() {
      ended = true;
      finish();
      pending?.resolve(undefined);
      pending = undefined;
    },
    onResponseError(_, error) {
      fail(error);
    },
  };
}
