/**
 * What every file of tests owes at its end: no process is left behind, what it put in place of the
 * clock or of globals is gone, and no secret was printed. Files share their modules (`isolate: false`),
 * so what must happen for each of them is said here.
 */
import { afterAll, vi } from 'vitest';
import { endSearch } from './canaries.ts';
import { endAll } from './hosts/_process.ts';

afterAll(() => {
  endAll();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  const found = endSearch();
  if (found.length > 0) throw new Error(`A secret was printed:\n${found.join('\n')}`);
});
