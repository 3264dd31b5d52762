/**
 * `npm run test:platforms`: runs the project under the platforms' own tools, with a simulated Poe
 * behind it, and prints a table. Takes minutes and installs hundreds of megabytes, so it is no part
 * of CI. Arguments choose platforms: `npm run test:platforms -- cloudflare`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startSimulator } from '../../sim/server.ts';
import { cloudflare } from './cloudflare.ts';
import { netlify } from './netlify.ts';
import type { PlatformProbe, PlatformRow } from './platform.ts';
import { run } from './smoke.ts';
import { vercel } from './vercel.ts';

const PROBES: readonly PlatformProbe[] = [cloudflare, netlify, vercel];

/** Node as an npm package: it needs no installer, and leaves the machine's own Node alone. */
const NODE = `node-${process.platform}-${process.arch}`;
const NODE_VERSION = '22.23.3';

const COLUMNS = {
  platform: 'platform',
  version: 'tool',
  node: 'Node',
  starts: 'ready after',
  health: '/health',
  streams: 'streamed answer',
  whole: 'whole answer',
  env: 'settings',
  notes: 'notes',
} as const satisfies Record<keyof PlatformRow, string>;

const FAILED = /\bNO: /;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scratch: { type: 'string' }, keep: { type: 'boolean', default: false } },
});

function chosen(): readonly PlatformProbe[] {
  const unknown = positionals.filter((name) => PROBES.every((probe) => probe.name !== name));
  if (unknown.length > 0) {
    const known = PROBES.map(({ name }) => name).join(', ');
    throw new Error(`There is no ${unknown.join(', ')}; there are ${known}.`);
  }
  return PROBES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
}

/** The folder with the `node` of Node 22. */
async function installNode(scratch: string): Promise<string> {
  const cwd = join(scratch, 'node');
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'package.json'), '{}');
  await run('npm', ['install', '--no-audit', '--no-fund', `${NODE}@${NODE_VERSION}`], { cwd });
  return join(cwd, 'node_modules', NODE, 'bin');
}

function failure({ name }: PlatformProbe, error: unknown): PlatformRow {
  console.error(error);
  const [words] = String(error).split('\n');
  const none = { version: '', node: '', starts: '', health: '', streams: '', whole: '', env: '' };
  return { platform: name, ...none, notes: `NO: ${words}` };
}

async function rowsOf(scratch: string): Promise<readonly PlatformRow[]> {
  const probes = chosen();
  const node22 = await installNode(scratch);
  const simulator = await startSimulator();
  const rows: PlatformRow[] = [];
  try {
    for (const probe of probes) {
      console.error(`${probe.name} …`);
      const folder = join(scratch, probe.name);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      const bench = { scratch: folder, poe: simulator.url, node22 };
      rows.push(...(await probe.run(bench).catch((error) => [failure(probe, error)])));
    }
  } finally {
    await simulator.close();
  }
  return rows;
}

function table(rows: readonly PlatformRow[]): string {
  const names = Object.keys(COLUMNS) as (keyof PlatformRow)[];
  const date = new Date().toISOString().slice(0, 10);
  const lines = [
    [...Object.values(COLUMNS), 'date'],
    [...names, 'date'].map(() => '---'),
    ...rows.map((row) => [...names.map((name) => row[name]), date]),
  ];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

const scratch = values.scratch
  ? resolve(values.scratch)
  : await mkdtemp(join(tmpdir(), 'poeway-platforms-'));
try {
  const rows = await rowsOf(scratch);
  console.log(table(rows));
  if (rows.some((row) => FAILED.test(Object.values(row).join(' ')))) process.exitCode = 1;
} finally {
  if (values.keep) console.error(`Kept: ${scratch}`);
  else await rm(scratch, { recursive: true, force: true });
}
