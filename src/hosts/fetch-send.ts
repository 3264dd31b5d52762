/** Calls to Poe by the runtime's own `fetch`: every host but Node. */
import type { UpstreamCall } from '../core/upstream.ts';
import type { UpstreamReply } from '../platform.ts';

/** How long the rest of a complete answer may take before its connection is given up. */
const DISCARD_TIMEOUT = 1000;

/**
 * `Platform.send` over `fetch`.
 *
 * @param options What this runtime's `fetch` is told beside.
 */
export async function fetchSend(
  { url, ...call }: UpstreamCall,
  signal: AbortSignal,
  options: object = {},
): Promise<UpstreamReply> {
  // Aborting closes the connection in every runtime. Cancelling the body does not: Bun reads on.
  const connection = new AbortController();
  const onAbort = (): void => connection.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const release = (): void => signal.removeEventListener('abort', onAbort);

  // A redirect would carry the user's key to another host. `timeout` is Bun's: after five minutes of
  // silence it would hang up on a bot that still thinks; the gateway has clocks of its own.
  const own = { signal: connection.signal, redirect: 'manual', timeout: false } as const;
  const init = { ...options, ...call, ...own };
  const response = await fetch(url, init).catch((error: unknown) => {
    release();
    throw error;
  });
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();

  async function read(): Promise<Uint8Array | undefined> {
    const bytes = (await reader?.read())?.value;
    if (!bytes) release();
    return bytes;
  }

  function cancel(): void {
    release();
    connection.abort();
    // What the abort does to the body is of no interest: nobody reads it.
    void reader?.cancel().catch(() => undefined);
  }

  /** Reads to the end, so that the connection can be kept; gives it up if that takes long. */
  async function discard(): Promise<void> {
    const timer = setTimeout(cancel, DISCARD_TIMEOUT);
    try {
      while (await read());
    } catch {
      // The connection is of no more use, and the answer was complete before it broke.
    } finally {
      clearTimeout(timer);
      release();
    }
  }

  const reply: UpstreamReply = {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    read,
    discard: () => void discard(),
    cancel,
  };
  return reply;
}
