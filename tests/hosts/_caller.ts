/**
 * A caller of the host under test, with a key of its own: by it the simulator's log tells the
 * requests of one test from those of the others that run at the same time.
 */
import type { RecordedRequest, Simulator } from '../../sim/server.ts';
import { askChat, KEY } from './_client.ts';

/** One user of the host. */
export interface Caller {
  readonly key: string;
  /** Posts a chat request to the host. */
  ask(body: object, init?: RequestInit): Promise<Response>;
  /** What Poe has been asked with this key so far. */
  requests(): readonly RecordedRequest[];
  /** A request with this key that has arrived at Poe, or ended in this way, now or in a moment. */
  waitFor(outcome?: RecordedRequest['outcome']): Promise<RecordedRequest>;
}

let callers = 0;

/** A caller that nobody else is. */
export function newCaller(url: string, simulator: Simulator): Caller {
  callers += 1;
  const key = `${KEY}-${callers}`;
  const mine = ({ headers }: RecordedRequest): boolean =>
    headers['authorization']?.replace(/^Bearer /, '') === key;
  return {
    key,
    ask: (body, init) => askChat(url, key, body, init),
    requests: () => simulator.requests.filter(mine),
    waitFor: (outcome) =>
      simulator.waitFor(
        (request) => mine(request) && (outcome === undefined || request.outcome === outcome),
      ),
  };
}
