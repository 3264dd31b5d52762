/**
 * The gateway as its users meet it: a real host in a process of its own, in front of the simulator,
 * whose log is at hand.
 */
import { type RecordedRequest, type Simulator, startSimulator } from '../../sim/server.ts';
import type { Host } from '../hosts/_host.ts';
import { nodeHost } from '../hosts/_node.ts';

/** A running gateway and its Poe. */
export interface Gateway {
  /** Without a trailing slash. */
  readonly url: string;
  readonly poe: Simulator;
  /** A call to this bot on which Poe was hung up, now or in a moment. */
  aborted(model: string): Promise<RecordedRequest>;
  close(): Promise<void>;
}

/**
 * Node, if no other host is named. A call that fails is not made again, unless the settings say so: most
 * tests are about the failure.
 */
export async function startGateway(
  host: Host = nodeHost(),
  settings: Readonly<Record<string, string>> = {},
): Promise<Gateway> {
  const poe = await startSimulator();
  const usual = { POE_BASE_URL: poe.url, STORE: 'memory', RETRIES: '0' };
  const { url, stop } = await host.start({ ...usual, ...settings });
  return {
    url,
    poe,
    // Others end so too: those whose answer was cut at a stop sequence, or was complete without an end.
    aborted: (model) =>
      poe.waitFor(
        ({ outcome, body }) =>
          outcome === 'aborted' && JSON.stringify(body)?.includes(`"model":"${model}"`),
      ),
    async close() {
      await stop();
      await poe.close();
    },
  };
}
