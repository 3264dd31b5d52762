/**
 * The simulator's own doors, for those who are not in its process: the request log and the list of
 * bots under `/_sim/`. Calls to them are not logged.
 */
import { bots } from './bots.ts';
import type { Call } from './call.ts';
import type { RequestLog } from './request-log.ts';
import { jsonReply, type Reply } from './wire/reply.ts';

type Door = (log: RequestLog) => Reply;

const DOORS: Readonly<Record<string, Door>> = {
  'GET /_sim/requests': (log) => jsonReply(log.entries),
  'DELETE /_sim/requests': (log) => {
    log.clear();
    return { status: 204, headers: {}, writes: [] };
  },
  'GET /_sim/bots': () =>
    jsonReply(Object.fromEntries(bots.map(({ name, description }) => [name, description]))),
};

/** The reply to a call of one of these doors, or undefined when the path is none of ours. */
export function controlReply({ method, url }: Call, log: RequestLog): Reply | undefined {
  if (!url.pathname.startsWith('/_sim/')) return undefined;
  const door = DOORS[`${method} ${url.pathname}`];
  return door ? door(log) : jsonReply({ doors: Object.keys(DOORS) }, 404);
}
