/**
 * Runs once, before all tests: the Node server and the worker are built into one file each, as
 * `npm run build` makes them. Tests start them by the dozen, and from its source each start of the
 * server would take a second of a processor.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../scripts/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The files that are built here. */
    nodeServer: string;
    worker: string;
  }
}

export default async function build({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'poeway-tests-'));
  for (const [name, what] of [
    ['nodeServer', 'node'],
    ['worker', 'worker'],
  ] as const) {
    const file = join(folder, `${what}.mjs`);
    await writeFile(file, (await bundle(what)).code);
    provide(name, file);
  }
  return () => rm(folder, { recursive: true });
}
