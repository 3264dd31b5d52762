/**
 * Deno as a host, in both its forms: `deno serve` with a module that it mounts, and the server of its
 * own that `npm run start:deno` and Deno Deploy run.
 */
import type { Host, RunningHost } from './_host.ts';
import { launch, type Launched } from './_process.ts';
import { findRuntime, inNodeModules, inPlatformPackages } from './_runtime.ts';

const PERMISSIONS = ['--allow-net', '--allow-env'] as const;

/** What it compiles is kept with what other tools keep; and nobody is asked for a newer version. */
export const DENO_ENVIRONMENT = {
  DENO_DIR: inNodeModules('.cache/deno'),
  DENO_NO_UPDATE_CHECK: '1',
  NO_COLOR: '1',
};

/** Deno's binary, if there is one. The package's own command is a script that passes on no signal. */
export function findDeno(): string | undefined {
  return findRuntime([
    ...inPlatformPackages('deno', 'deno'),
    ...inPlatformPackages('deno', 'deno.exe'),
    inNodeModules('deno/deno'),
    'deno',
  ]);
}

/** Starts the server of its own, on a free port unless `env` has one. */
export function launchDenoServer(deno: string, env: Readonly<Record<string, string>>): Launched {
  const { CONFIG_DIR } = env;
  // As `npm run start:deno` gives it.
  const files = CONFIG_DIR && `--allow-read=${CONFIG_DIR}/config.toml,${CONFIG_DIR}/models.yaml`;
  const permissions = [...PERMISSIONS, ...(files ? [files] : [])];
  const args = ['run', '--unstable-no-legacy-abort', ...permissions, 'src/hosts/deno-server.ts'];
  return launch(deno, args, { ...DENO_ENVIRONMENT, PORT: '0', HOST: '127.0.0.1', ...env });
}

/** A `deno serve` that tests may look at. */
export interface DenoServe extends RunningHost {
  readonly process: Launched;
}

/** Starts `deno serve` and waits until it serves. */
export async function startDenoServe(
  deno: string,
  env: Readonly<Record<string, string>>,
): Promise<DenoServe> {
  const args = ['serve', ...PERMISSIONS, '--host=127.0.0.1', '--port=0', 'src/hosts/deno.ts'];
  const server = launch(deno, args, { ...DENO_ENVIRONMENT, ...env });
  const [, url = ''] = await server.prints(/Listening on (\S+?)\/?\n/, 'stderr');
  return { url, process: server, stop: () => server.stop() };
}

/** @param deno The path of the binary. */
export function denoHost(deno: string): Host {
  return {
    name: 'Deno',
    start: (env) => startDenoServe(deno, env),
    notices: { abortMidStream: true, abortBeforeHeaders: true },
    // Deno answers 400 above 64 KiB of all headers together.
    longestHeader: 60 * 1024,
    chatter:
      /^deno serve: Listening on \S+\n|^Deno\.serve: request\.signal aborts on success.*\n/gm,
  };
}
