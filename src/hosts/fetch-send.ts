/** Calls to Poe by the runtime's own `fetch`: every host but Node. */
import type { Platform, UpstreamReply } from '../platform.ts';

/** {@link Platform.send} over `fetch`. */
export const fetchSend: Platform['send'] = async ({ url, ...call }, signal) => {
  // A redirect would carry the user's key to another host.
  const response = await fetch(url, { ...call, signal, redirect: 'manual' });
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  const cancel = (): void => {
    // The body may have failed already; then there is nothing left to cancel.
    void reader?.cancel().catch(() => undefined);
  };
  const reply: UpstreamReply = {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    read: async () => (await reader?.read())?.value,
    discard: cancel,
    cancel,
  };
  return reply;
};
