/**
 * `npm run build`: writes `dist/worker.js`, `dist/node.js` and the command (`dist/cli.js` and what it
 * loads), and says how big they are. With names (`node scripts/build.ts node`) only these.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { bundle, bundleCommand, COMMAND_PARTS, measureBundle } from './bundle.ts';

const DIRECTORY = new URL('../dist/', import.meta.url);

const BUILDS = {
  worker: () => buildHost('worker'),
  node: () => buildHost('node'),
  cli: buildCommand,
};

type BuildName = keyof typeof BUILDS;

async function buildHost(name: 'worker' | 'node'): Promise<void> {
  const { code } = await bundle(name);
  await writeFile(new URL(`${name}.js`, DIRECTORY), code);
  const { raw, minified, gzip } = await measureBundle(name);
  report(`dist/${name}.js`, [raw, minified, gzip].map(kilobytes));
}

async function buildCommand(): Promise<void> {
  const parts = new URL(`${COMMAND_PARTS}/`, DIRECTORY);
  // Their names change with what is in them.
  await rm(parts, { recursive: true, force: true });
  await mkdir(parts, { recursive: true });
  const { files } = await bundleCommand();
  for (const { path, code } of files) {
    await writeFile(new URL(path, DIRECTORY), code);
    report(`dist/${path}`, [
      kilobytes(Buffer.byteLength(code)),
      '',
      kilobytes(gzipSync(code).byteLength),
    ]);
  }
}

function report(file: string, columns: readonly string[]): void {
  console.log(file.padEnd(28) + columns.map((column) => column.padStart(10)).join(''));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

const isBuild = (name: string): name is BuildName => Object.hasOwn(BUILDS, name);
const given = process.argv.slice(2);
const unknown = given.filter((name) => !isBuild(name));
if (unknown.length > 0)
  throw new Error(`No build is called ${unknown.join(', ')}: ${Object.keys(BUILDS).join(', ')}`);

await mkdir(DIRECTORY, { recursive: true });
report('', ['raw', 'minified', 'gzip']);
for (const name of given.length > 0 ? given.filter(isBuild) : (Object.keys(BUILDS) as BuildName[]))
  await BUILDS[name]();
