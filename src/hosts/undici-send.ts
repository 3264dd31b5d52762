/**
 * Calls to Poe on Node, by undici's dispatcher: the layer under its `fetch` and `request`, without
 * their streams and promises for each chunk. What other ways cost is in
 * `docs/decisions/0002-what-a-request-costs-on-node.md`.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher
 */
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { UpstreamCall } from '../core/upstream.ts';
import type { Platform, UpstreamReply } from '../platform.ts';
import { proxyRoute, throughProxy, type Proxy, type ProxySettings } from './proxy.ts';

/** Chunks that may wait for their reader before the socket is paused, in bytes. */
const HIGH_WATER_MARK = 256 * 1024;
/** How long the rest of a complete answer may take before its connection is given up. */
const DISCARD_TIMEOUT = 1000;

/** The gateway has its own clocks for silence and for the whole; undici's would cut slow bots off. */
const PATIENT = { headersTimeout: 0, bodyTimeout: 0 };
const CONNECT = { timeout: 15_000 };

/**
 * {@link Platform.send} over one connection pool, and one for tunnels through each proxy.
 *
 * @param settings Which calls go through a proxy; none without them.
 */
export function undiciSend(settings?: ProxySettings): Platform['send'] {
  const agent = new Agent({ ...PATIENT, connect: CONNECT });
  const route = settings && proxyRoute(settings);
  const tunnels = new Map<Proxy, ProxyAgent>();

  function send(
    dispatcher: Dispatcher,
    [origin, path]: readonly [string, string],
    { method, headers, body }: UpstreamCall,
    signal: AbortSignal,
  ): Promise<UpstreamReply> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const exchange = receive(signal, resolve, reject);
      // Poe compresses when asked to; for a stream that only adds delay.
      const allHeaders = { ...headers, 'accept-encoding': 'identity' };
      dispatcher.dispatch(
        { origin, path, method, headers: allHeaders, body: body ?? null },
        exchange,
      );
    });
  }

  function sendThrough(
    proxy: Proxy,
    { protocol, origin, host, pathname, search }: URL,
    call: UpstreamCall,
    signal: AbortSignal,
  ): Promise<UpstreamReply> {
    const path = pathname + search;
    if (protocol === 'https:') {
      const tunnel = tunnels.get(proxy) ?? openTunnels(proxy);
      tunnels.set(proxy, tunnel);
      return send(tunnel, [origin, path], call, signal);
    }
    // undici would tunnel these too, which many proxies allow for port 443 only.
    const { authorization } = proxy;
    const login = authorization && { 'proxy-authorization': authorization };
    const headers = { ...call.headers, host, ...login };
    return send(agent, [proxy.origin, origin + path], { ...call, headers }, signal);
  }

  return (call, signal) => {
    const url = new URL(call.url);
    const proxy = route?.(url);
    return proxy
      ? throughProxy(proxy, sendThrough(proxy, url, call, signal), signal)
      : send(agent, [url.origin, url.pathname + url.search], call, signal);
  };
}

function openTunnels({ origin, authorization }: Proxy): ProxyAgent {
  return new ProxyAgent({
    ...PATIENT,
    uri: origin,
    ...(authorization && { token: authorization }),
    proxyTls: CONNECT,
    requestTls: CONNECT,
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
