/**
 * esbuild's bundles of the hosts, made in memory: `npm run build` writes them to `dist/`, the host
 * suite runs them, and a test watches their size. Knows what each host needs of a bundle, no more.
 */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';

/** What can be bundled. */
export type BundleName = 'worker' | 'node';

/** A bundle: one ES module. */
export interface Bundle {
  readonly code: string;
  /** The modules it still imports: the platform's own, or nothing. */
  readonly imports: readonly string[];
}

/** Bytes. */
export interface BundleSize {
  readonly raw: number;
  readonly minified: number;
  /** Minified and compressed: what the platforms' limits count. */
  readonly gzip: number;
}

const TARGETS: Readonly<Record<BundleName, BuildOptions & { entry: string }>> = {
  worker: {
    entry: 'src/hosts/cloudflare.ts',
    // A worker has the web's APIs and nothing else: an import of Node's is an error here.
    platform: 'browser',
    conditions: ['workerd', 'worker', 'import'],
  },
  node: {
    entry: 'src/hosts/node.ts',
    platform: 'node',
    // undici is CommonJS, and its calls of `require` stay calls: an ES module has none of its own.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
  },
};

/** Bundles a host; readable unless it is to be `minified`. */
export async function bundle(name: BundleName, minified = false): Promise<Bundle> {
  const { entry, ...target } = TARGETS[name];
  const { metafile, outputFiles } = await build({
    ...target,
    entryPoints: [entry],
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    outfile: `${name}.js`,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: minified,
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (!file || !output) throw new Error(`esbuild made nothing of ${entry}`);
  return { code: file.text, imports: [...new Set(output.imports.map(({ path }) => path))] };
}

/** Measures a host's bundle. */
export async function measureBundle(name: BundleName): Promise<BundleSize> {
  const [readable, minified] = await Promise.all([bundle(name), bundle(name, true)]);
  return {
    raw: Buffer.byteLength(readable.code),
    minified: Buffer.byteLength(minified.code),
    gzip: gzipSync(minified.code, { level: 9 }).byteLength,
  };
}
