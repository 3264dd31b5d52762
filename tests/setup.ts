/**
 * What every file of tests owes at its end: no process is left behind, what it put in place of the
 * clock or of globals is gone, and no secret was printed. Files share their modules (`isolate: false`),
 * so what must happen for each of them is said here.
 */
import { afterAll, vi } from 'vitest';
import { endSearch } from './canaries.ts';
import { endAll } from './hosts/_process.ts';

interface Connections {
  readonly constructor: new () => Connections;
  destroy(): Promise<void>;
}

/** Where Node keeps the connections of `fetch`. */
const POOL = Symbol.for('undici.globalDispatcher.1');

/** A server of the next file may get the port of one that is gone: nobody is to ask it over an old connection. */
async function forgetConnections(): Promise<void> {
  const held = globalThis as unknown as Record<symbol, Connections | undefined>;
  const old = held[POOL];
  if (!old) return;
  held[POOL] = new old.constructor();
  await old.destroy();
}

afterAll(async () => {
  endAll();
  await forgetConnections();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  const found = endSearch();
  if (found.length > 0) throw new Error(`A secret was printed:\n${found.join('\n')}`);
});
