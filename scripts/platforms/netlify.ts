/**
 * Netlify: `netlify dev` with both functions, and `netlify build`, whose package is unpacked and run.
 * Neither asks for an account. Without Netlify's own servers the edge function needs two workarounds,
 * which are written into the copy and nowhere else.
 */
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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

const NETLIFY_CLI = '27.10.2';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

async function probe({ scratch, poe, node22 }: Bench): Promise<PlatformRow[]> {
  const tools = join(scratch, 'tools');
  const project = join(scratch, 'project');
  await Promise.all([mkdir(tools), copyCheckout(project)]);
  await writeFile(join(tools, 'package.json'), '{}');
  const install: Surroundings = { cwd: tools, path: [node22] };
  await run('npm', ['install', '--no-audit', '--no-fund', `netlify-cli@${NETLIFY_CLI}`], install);
  await run('npm', ['ci', '--omit=dev'], { ...install, cwd: project });
  await workAround(project);

  const bootstrap = 'node_modules/@netlify/edge-functions-dev/dist/deno/bootstrap.mjs';
  const around: Surroundings = {
    cwd: project,
    path: [join(tools, 'node_modules/.bin'), await denoFolder(), node22],
    env: { NETLIFY_EDGE_BOOTSTRAP: pathToFileURL(join(tools, bootstrap)).href },
  };
  const node = (await run('node', ['--version'], around)).trim();
  const row = { version: `netlify-cli ${NETLIFY_CLI}`, node };
  const { built, ...building } = await build(around, scratch);
  return [
    ...(await develop(around, poe, row)),
    { ...row, ...building },
    { ...row, ...(await runPackage(around, built, poe)) },
  ];
}

/** npm may have refused to run the script that puts Deno's binary in its place. */
async function denoFolder(): Promise<string> {
  const packages = join(CHECKOUT, 'node_modules/@deno');
  const [folder] = await readdir(packages);
  if (folder === undefined) throw new Error(`${packages} is empty: run npm ci`);
  return join(packages, folder);
}

/** Netlify's tools would fetch a file of types, and the bootstrap: see NETLIFY_EDGE_BOOTSTRAP. */
async function workAround(project: string): Promise<void> {
  const types = join(project, 'netlify/stub/bootstrap/globals');
  await mkdir(types, { recursive: true });
  await writeFile(join(types, 'types.ts'), 'export interface NetlifyGlobal {}\n');
  const map = { imports: { 'https://edge.netlify.com/': './stub/' } };
  await writeFile(join(project, 'netlify/import_map.json'), JSON.stringify(map));
  const setting = '\n[functions]\ndeno_import_map = "netlify/import_map.json"\n';
  await appendFile(join(project, 'netlify.toml'), setting);
}

type Findings = Omit<PlatformRow, 'version' | 'node'>;

async function develop(
  around: Surroundings,
  poe: string,
  tool: Omit<PlatformRow, keyof Findings>,
): Promise<PlatformRow[]> {
  // The environment of the process does not reach edge functions.
  const settings = Object.entries(smokeSettings(poe)).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(around.cwd, '.env'), settings.join(''));
  const [port, functionsPort] = [await freePort(), await freePort()];
  const ports = ['--port', String(port), '--functions-port', String(functionsPort)];
  const offline = ['--offline', '--offline-env', '--geo', 'mock'];
  const begin = performance.now();
  const netlify = start(
    'netlify',
    ['dev', '--no-open', '--skip-gitignore', ...offline, ...ports],
    around,
  );
  try {
    await netlify.prints(/Local dev server ready/);
    const starts = secondsSince(begin);
    const url = `http://127.0.0.1:${port}`;
    const row = { ...tool, starts, notes: '' };
    return [
      { ...row, platform: 'Netlify Functions: netlify dev', ...(await smoke(url)) },
      { ...row, platform: 'Netlify Edge: netlify dev', ...(await smoke(`${url}/edge`)) },
    ];
  } finally {
    await netlify.stop();
  }
}

async function build(
  around: Surroundings,
  scratch: string,
): Promise<Findings & { readonly built: string }> {
  const begin = performance.now();
  await run('netlify', ['build', '--offline'], around);
  const starts = secondsSince(begin);
  const built = join(scratch, 'package');
  const output = join(around.cwd, '.netlify');
  await run('unzip', ['-q', join(output, 'functions/handler.zip'), '-d', built], around);
  const manifests = ['functions/manifest.json', 'edge-functions-dist/manifest.json'];
  const [functions = '', edge = ''] = await Promise.all(
    manifests.map((file) => readFile(join(output, file), 'utf8')),
  );
  const { bundler, runtimeVersion } = firstFunction(functions);
  const routes = [...edge.matchAll(/"path":"([^"]+)"/g)].map(([, path]) => path);
  const notes = `function by ${bundler} for ${runtimeVersion}, edge function at ${routes.join(', ') || 'NO: nothing'}`;
  const cells = { health: '–', streams: '–', whole: '–', env: '–' };
  return { platform: 'Netlify: netlify build', starts, ...cells, notes, built };
}

function firstFunction(manifest: string): {
  readonly bundler?: string;
  readonly runtimeVersion?: string;
} {
  return (JSON.parse(manifest) as { functions: object[] }).functions[0] ?? {};
}

/** What would be uploaded, in Netlify's runtime as it is packed, with Lambda played by the tests. */
async function runPackage(around: Surroundings, built: string, poe: string): Promise<Findings> {
  const lambda = join(CHECKOUT, 'tests/hosts/_netlify-function-server.ts');
  const env = { ...smokeSettings(poe), NODE_NO_WARNINGS: '1' };
  const begin = performance.now();
  const server = start('node', [lambda, join(built, '___netlify-entry-point.mjs')], {
    ...around,
    cwd: built,
    env,
  });
  try {
    const [, port] = await server.prints(/"port":(\d+)/);
    const starts = secondsSince(begin);
    const cells = await smoke(`http://127.0.0.1:${port}`);
    return { platform: 'Netlify Functions: the package', starts, ...cells, notes: '' };
  } finally {
    await server.stop();
  }
}

/** Both kinds of functions, as netlify-cli runs and packs them. */
export const netlify: PlatformProbe = { name: 'netlify', run: probe };
