/**
 * Vercel: `vercel build`, whose two functions are then run, and `vercel dev` with the rewrites of
 * the shipped `vercel.json`. Neither asks for an account. What they need here in order to work at
 * all is written into the scratch folder and nowhere else.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, PlatformProbe, PlatformRow } from './platform.ts';
import {
  copyCheckout,
  freePort,
  run,
  secondsSince,
  smoke,
  type SmokeCells,
  smokeSettings,
  start,
  type Surroundings,
} from './smoke.ts';

const VERCEL = '64.0.2';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** Without this file `vercel build` asks Vercel for it; with it `vercel dev` does. */
const PROJECT = {
  projectId: 'prj_local',
  orgId: 'team_local',
  settings: { framework: null, nodeVersion: '22.x' },
};

/** What `vercel build` makes, and the scripts of the tests that serve it. */
const FUNCTIONS = [
  {
    name: 'Node',
    base: '',
    server: '_vercel-node-server.ts',
    built: 'handler.func/api/handler.js',
  },
  { name: 'Edge', base: '/edge', server: '_vercel-edge-server.ts', built: 'edge.func/api/edge.js' },
] as const;

type Tool = Pick<PlatformRow, 'version' | 'node'>;

async function probe({ scratch, poe, node22 }: Bench): Promise<PlatformRow[]> {
  const tools = join(scratch, 'tools');
  const project = join(scratch, 'project');
  await Promise.all([mkdir(tools), copyCheckout(project)]);
  // The CLI asks for a version of this package that is not in the registry.
  const manifest = { overrides: { sandbox: '4.5.0' } };
  await writeFile(join(tools, 'package.json'), JSON.stringify(manifest));
  const install: Surroundings = { cwd: tools, path: [node22] };
  await run('npm', ['install', '--no-audit', '--no-fund', `vercel@${VERCEL}`], install);

  const around: Surroundings = {
    cwd: project,
    path: [join(tools, 'node_modules/.bin'), node22],
    env: { VERCEL_TELEMETRY_DISABLED: '1' },
  };
  const node = (await run('node', ['--version'], around)).trim();
  const row = { version: `vercel ${VERCEL}`, node };
  return [...(await build(around, poe, row)), ...(await develop(around, poe, row))];
}

/** What is built is run on the tests' own idea of Vercel: no tool of Vercel's runs it locally. */
async function build(around: Surroundings, poe: string, row: Tool): Promise<PlatformRow[]> {
  const settings = join(around.cwd, '.vercel');
  await mkdir(settings);
  await writeFile(join(settings, 'project.json'), JSON.stringify(PROJECT));
  // On Vercel this comes from vercel.json (`build.env`), which the CLI itself does not look into.
  const env = { ...around.env, NPM_CONFIG_OMIT: 'dev' };
  const begin = performance.now();
  const printed = await run('vercel', ['build', '--yes'], { ...around, env });
  const built = `built in ${secondsSince(begin)}, ${/added \d+ packages/.exec(printed)?.[0] ?? 'NO: nothing installed'}`;

  const rows: PlatformRow[] = [];
  for (const { name, base, server, ...file } of FUNCTIONS) {
    const entry = join(settings, 'output/functions/api', file.built);
    const findings = await runBuilt(join('tests/hosts', server), entry, { around, base, poe });
    rows.push({ ...row, platform: `Vercel ${name}: vercel build`, ...findings, notes: built });
  }
  return rows;
}

async function runBuilt(
  script: string,
  entry: string,
  { around, base, poe }: { around: Surroundings; base: string; poe: string },
): Promise<Pick<PlatformRow, 'starts' | keyof SmokeCells>> {
  const begin = performance.now();
  const env = smokeSettings(poe);
  const args = ['--import', 'tsx', script, entry];
  const running = start('node', args, { ...around, cwd: CHECKOUT, env });
  try {
    const [, port = ''] = await running.prints(/^listens on (\d+)$/m);
    const starts = secondsSince(begin);
    return { starts, ...(await smoke(`http://127.0.0.1:${port}${base}`)) };
  } catch (error) {
    // What was built does not run: the other function may.
    console.error(error);
    return { starts: 'NO: it does not start', health: '–', streams: '–', whole: '–', env: '–' };
  } finally {
    await running.stop();
  }
}

async function develop(around: Surroundings, poe: string, row: Tool): Promise<PlatformRow[]> {
  await rm(join(around.cwd, '.vercel'), { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...around.env, ...smokeSettings(poe) };
  const begin = performance.now();
  const args = ['dev', '--local', '--yes', '--listen', `127.0.0.1:${port}`];
  const running = start('vercel', args, { ...around, env });
  try {
    await running.prints(/Ready! Available at/);
    const starts = secondsSince(begin);
    const rows: PlatformRow[] = [];
    for (const { name, base } of FUNCTIONS) {
      const cells = await smoke(url + base);
      const notes = await whatElse(url, base);
      rows.push({ ...row, platform: `Vercel ${name}: vercel dev`, starts, ...cells, notes });
    }
    return rows;
  } finally {
    await running.stop();
  }
}

/** Whether the app sees the path that was asked for, and whether our files are kept to ourselves. */
async function whatElse(url: string, base: string): Promise<string> {
  const page = await (await fetch(url + base)).text();
  const address = page.includes(`${url}${base}/v1`) ? 'knows its address' : 'NO: lost its address';
  const source = await fetch(`${url}/src/app.ts`);
  return `${address}; ${source.status === 404 ? 'hides its source' : 'NO: shows its source'}`;
}

/** Functions, as Vercel's CLI builds and runs them. */
export const vercel: PlatformProbe = { name: 'vercel', run: probe };
