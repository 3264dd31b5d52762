/** The headers of the calls that ask a bot, however it is asked. */
import type { CallOptions } from '../../core/upstream.ts';

/** For a body of JSON. */
export function callHeaders({
  key,
  stream,
}: Pick<CallOptions, 'key' | 'stream'>): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
  };
}
