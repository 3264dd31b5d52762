/**
 * esbuild's bundles of the hosts and of the command, made in memory: `npm run build` writes them to
 * `dist/`, the tests run them, and one watches their size. Knows what each needs of a bundle, no more.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

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

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const NODE = {
  platform: 'node',
  // undici is CommonJS, and its calls of `require` stay calls: an ES module has none of its own.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;

/** What no run reaches: a schema is checked without its formats (`core/json-output/schema.ts`); digests. */
const UNREACHED: Plugin = {
  name: 'unreached',
  setup({ onLoad }) {
    const filter = /[\\/]@cfworker[\\/]json-schema[\\/]dist[\\/]esm[\\/]format\.js$/;
    onLoad({ filter }, () => ({ contents: 'export const format = {};' }));
    // Of a command that is not used; it would ask for a package that is not installed.
    const digest = /[\\/]@redis[\\/]client[\\/]dist[\\/]lib[\\/]utils[\\/]digest\.js$/;
    onLoad({ filter: digest }, () => ({ contents: 'exports.digest = undefined;' }));
  },
};

const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  plugins: [UNREACHED],
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const TARGETS: Readonly<Record<BundleName, BuildOptions & { entry: string }>> = {
  worker: {
    entry: 'src/hosts/cloudflare.ts',
    // A worker has the web's APIs and nothing else: an import of Node's is an error here.
    platform: 'browser',
    conditions: ['workerd', 'worker', 'import'],
  },
  node: { entry: 'src/hosts/node.ts', ...NODE },
};

/** Bundles a host; readable unless it is to be `minified`. */
export async function bundle(name: BundleName, minified = false): Promise<Bundle> {
  const { entry, ...target } = TARGETS[name];
  const { metafile, outputFiles } = await build({
    ...target,
    ...SHARED,
    entryPoints: [entry],
    outfile: `${name}.js`,
    minify: minified,
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return { code: file.text, imports: importsOf(metafile) };
}

/** What several files made of one entry still import from outside. */
function importsOf({ outputs }: Metafile): readonly string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return [...new Set(imports.flatMap(({ path, external }) => (external ? [path] : [])))];
}

/** The command, as files of `dist/`: `cli.js`, and beside it what is loaded only when it is needed. */
export interface CommandBundle {
  readonly files: readonly { readonly path: string; readonly code: string }[];
  /** The modules that they still import: Node's own. */
  readonly imports: readonly string[];
}

/** The folder of `dist/` with all files of the command but `cli.js`. */
export const COMMAND_PARTS = 'cli';

/** Bundles the `poeway` command. */
export async function bundleCommand(): Promise<CommandBundle> {
  const { metafile, outputFiles } = await build({
    ...NODE,
    ...SHARED,
    entryPoints: { cli: 'cli/main.ts' },
    outdir: 'dist',
    // The simulator, which only the demo needs, stays apart.
    splitting: true,
    chunkNames: `${COMMAND_PARTS}/[name]-[hash]`,
  });
  const files = outputFiles.map(({ path, text }) => ({
    path: relative(`${ROOT}/dist`, path),
    code: text,
  }));
  return { files, imports: importsOf(metafile) };
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
