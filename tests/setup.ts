/**
 * What every file of tests owes at its end: no process is left behind, and no secret was printed. Files
 * share their modules (`isolate: false`), so what must happen for each of them is said here.
 */
import { afterAll } from 'vitest';
import { endSearch } from './canaries.ts';
import { endAll } from './hosts/_process.ts';

afterAll(() => {
  endAll();
  const found = endSearch();
  if (found.length > 0) throw new Error(`A secret was printed:\n${found.join('\n')}`);
});
