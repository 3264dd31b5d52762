/** What the cases of the host suite work with: one running host, and the Poe behind it. */
import type { Caller } from './_caller.ts';
import type { Host } from './_host.ts';

/** A host under test. */
export interface Subject {
  readonly host: Host;
  /** The base URL of the host that all cases share. */
  url(): string;
  caller(): Caller;
}

/** The settings of the shared host: those that cases depend on. */
export const SETTINGS = {
  DEFAULT_MODEL: 'Shouts',
  MAX_REQUEST_SIZE: '6000000',
  KEEP_ALIVE: '0.4',
  STORE: 'memory',
} as const;
