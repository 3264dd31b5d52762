/**
 * Cloudflare: `wrangler dev` with the shipped `wrangler.toml`, and what `wrangler deploy` would
 * upload. Neither asks for an account.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench, PlatformProbe, PlatformRow } from './platform.ts';
import {
  copyCheckout,
  freePort,
  run,
  secondsSince,
  smoke,
  smokeSettings,
  start,
  type Surroundings,
} from './smoke.ts';

/** A newer one has parts that are not published for every machine. */
const WRANGLER = '4.152.0';

const ENVIRONMENT = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  // It would ask Cloudflare where this machine is.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

async function probe({ scratch, poe, node22 }: Bench): Promise<PlatformRow[]> {
  const tools = join(scratch, 'tools');
  const project = join(scratch, 'project');
  await Promise.all([mkdir(tools), copyCheckout(project)]);
  await writeFile(join(tools, 'package.json'), '{}');
  const install: Surroundings = { cwd: tools, path: [node22] };
  await run('npm', ['install', '--no-audit', '--no-fund', `wrangler@${WRANGLER}`], install);
  await run('npm', ['ci', '--omit=dev'], { ...install, cwd: project });

  const around: Surroundings = {
    cwd: project,
    path: [join(tools, 'node_modules/.bin'), node22],
    env: ENVIRONMENT,
  };
  const node = (await run('node', ['--version'], around)).trim();
  const row = { version: `wrangler ${WRANGLER}`, node };
  return [
    { platform: 'Cloudflare: wrangler dev', ...row, ...(await develop(around, poe)) },
    { platform: 'Cloudflare: wrangler deploy --dry-run', ...row, ...(await pack(around)) },
  ];
}

type Findings = Omit<PlatformRow, 'platform' | 'version' | 'node'>;

async function develop(around: Surroundings, poe: string): Promise<Findings> {
  const settings = Object.entries(smokeSettings(poe)).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(around.cwd, '.dev.vars'), settings.join(''));
  const port = await freePort();
  const address = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'];
  const begin = performance.now();
  const wrangler = start(
    'wrangler',
    ['dev', '--local', '--show-interactive-dev-session=false', ...address],
    around,
  );
  try {
    await wrangler.prints(/Ready on http/);
    const starts = secondsSince(begin);
    const cells = await smoke(`http://127.0.0.1:${port}`);
    const warnings = wrangler.output().match(/\[WARNING\].*/g) ?? [];
    return { starts, ...cells, notes: warnings.join(' ') };
  } finally {
    await wrangler.stop();
  }
}

async function pack(around: Surroundings): Promise<Findings> {
  const begin = performance.now();
  const args = ['deploy', '--dry-run', '--minify', '--outdir', 'out'];
  const printed = await run('wrangler', args, around);
  const size = /Total Upload: .*/.exec(printed)?.[0] ?? 'NO: it does not say how much it uploads';
  const cells = { health: '–', streams: '–', whole: '–', env: '–' };
  return { starts: secondsSince(begin), ...cells, notes: size };
}

/** Workers, as wrangler runs and packs them. */
export const cloudflare: PlatformProbe = { name: 'cloudflare', run: probe };
