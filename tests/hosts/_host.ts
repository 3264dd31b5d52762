/**
 * What a host is to the suite: a way to start it, and what it can and cannot notice. A further
 * host is one object of this shape and a test file of three lines.
 */
import type { Exit } from './_process.ts';

/** A runtime with Poeway in it. */
export interface Host {
  readonly name: string;
  /**
   * Starts it on a free port of loopback.
   *
   * @param env Poeway's settings, `PORT` and `HOST` excepted.
   */
  start(env: Readonly<Record<string, string>>): Promise<RunningHost>;
  /** Which of the clients that leave it notices. A host that cannot is not asked to. */
  readonly notices: {
    /** One that leaves while chunks are coming. */
    readonly abortMidStream: boolean;
    /** One that leaves before Poe has begun to answer. */
    readonly abortBeforeHeaders: boolean;
  };
  /** A header of so many bytes still reaches the app; a longer one may be the host's to refuse. */
  readonly longestHeader: number;
  /** The header in which the platform's own proxy, here played by the suite, names the client. */
  readonly addressHeader?: string;
  /** The platform reads a request to its end before the app is asked, so the end must be sent. */
  readonly buffersRequests?: boolean;
  /** What the runtime itself prints on standard error, which is no failure. */
  readonly chatter?: RegExp;
}

/** A host that answers. */
export interface RunningHost {
  /** `http://127.0.0.1:PORT` and where the app is mounted there, no slash at the end. */
  readonly url: string;
  stop(): Promise<Exit>;
}
