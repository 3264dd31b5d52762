/** Bundles, made anew for each run in a folder that is removed afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The repository. */
const ROOT = join(import.meta.dirname, '..');

/** The files that the bench runs. */
export interface Bundles {
  readonly poeway: string;
  readonly pipe: string;
  readonly floor: string;
  readonly upstream: string;
  readonly probe: string;
  /** Removes them. */
  remove(): Promise<void>;
}

/** Bundles every process of the bench for Node. */
export async function bundleAll(): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'poeway-bench-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      poeway: 'src/hosts/node.ts',
      pipe: 'bench/pipe.ts',
      floor: 'bench/floor.ts',
      upstream: 'bench/upstream.ts',
      probe: 'bench/probe.ts',
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // undici is CommonJS and asks for Node's own modules by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const file = (name: string): string => join(folder, `${name}.mjs`);
  return {
    poeway: file('poeway'),
    pipe: file('pipe'),
    floor: file('floor'),
    upstream: file('upstream'),
    probe: file('probe'),
    remove: () => rm(folder, { recursive: true }),
  };
}
