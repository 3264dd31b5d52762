/**
 * Bytes of a server-sent event stream → its events. The parsing is eventsource-parser's; here are
 * the decoding (code points cut by chunk borders), the limit, and the flush at the end.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { createParser } from 'eventsource-parser';

/** No single event may be longer than this (UTF-16 code units): it has to fit into memory. */
const EVENT_LIMIT = 64 * 1024 * 1024;

/** Fed with bytes as they come; calls back synchronously. */
export interface SseReader {
  feed(bytes: Uint8Array): void;
  /** Gives out a last event that lacks its blank line. */
  end(): void;
}

/**
 * @param onEvent One event: its `event:` name, if any, and its data.
 * @param onTooLong The stream sent an event over the limit; nothing more is read.
 */
export function readSse(
  onEvent: (data: string, name: string | undefined) => void,
  onTooLong: () => void,
): SseReader {
  const decoder = new TextDecoder();
  let open = true;
  const parser = createParser({
    maxBufferSize: EVENT_LIMIT,
    onEvent: ({ data, event }) => onEvent(data, event),
    onError(error) {
      // Unknown fields and bad `retry` values are to be ignored, says the standard.
      if (error.type !== 'max-buffer-size-exceeded') return;
      open = false;
      onTooLong();
    },
  });
  return {
    feed(bytes) {
      if (open) parser.feed(decoder.decode(bytes, { stream: true }));
    },
    end() {
      if (open) parser.feed(`${decoder.decode()}\n\n`);
      open = false;
    },
  };
}
