/**
 * The start and the end of a server of one's own, on Node, Bun and Deno (all have `node:process`).
 * Wrong settings refuse to start; at the end open answers are finished first, since they are paid for.
 */
import process from 'node:process';
import { ConfigError, type Environment } from '../config.ts';
import type { Platform } from '../platform.ts';

/** One process that lives long: its memory is a store. */
export const SERVER_DEFAULTS: Environment = { STORE: 'memory' };

/** Runs `start`; what keeps it from serving is said in one message, and the process ends with 1. */
export function startServer(start: () => Promise<void>): void {
  start().catch((error: unknown) => {
    const known = error instanceof ConfigError || (error instanceof Error && 'code' in error);
    console.error(known ? error.message : error);
    process.exit(1);
  });
}

/** @param close Takes no more connections; resolves when the open ones have ended. */
export function stopOnSignal(platform: Platform, close: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // The second signal does not wait.
    if (stopping) process.exit(1);
    stopping = true;
    platform.log('info', 'Poeway stops: open answers are finished first', { signal });
    void close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
