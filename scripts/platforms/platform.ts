/**
 * What a platform is to `npm run test:platforms`: its own tools, installed into a scratch folder,
 * build and run a copy of this project, and each way of running it becomes one row of a table.
 * Nothing of that is in the lock file: these tools weigh more than all else together.
 */

/** One way to run the project on a platform, and what came of it. A cell that begins with NO failed. */
export interface PlatformRow {
  readonly platform: string;
  /** The tool that ran it, and its version. */
  readonly version: string;
  /** The Node that the tool ran on. */
  readonly node: string;
  /** How long it took until it was ready. */
  readonly starts: string;
  readonly health: string;
  /** Whether a streamed answer arrives piece by piece. */
  readonly streams: string;
  /** Whether an answer in one piece arrives whole. */
  readonly whole: string;
  /** Whether settings reach the app. */
  readonly env: string;
  readonly notes: string;
}

/** What a probe is given to work with. */
export interface Bench {
  /** An empty folder, to install into and to copy the project to. */
  readonly scratch: string;
  /** The URL of a running simulator. */
  readonly poe: string;
  /** The folder with the `node` of Node 22: today's tools refuse Node 20. */
  readonly node22: string;
}

/** One platform. */
export interface PlatformProbe {
  readonly name: string;
  /** Rejects only when nothing could be tried; what was tried and failed is a row. */
  run(bench: Bench): Promise<PlatformRow[]>;
}
