/** Bun as a host: the real binary runs the entry file as it stands, as `npm run start:bun` does. */
import type { Host, RunningHost } from './_host.ts';
import { LISTENS } from './_node.ts';
import { launch, type Launched } from './_process.ts';
import { findRuntime, inNodeModules, inPlatformPackages } from './_runtime.ts';

/** Bun reads `.env` by itself; the developer's own settings must not reach the tests. */
const ARGUMENTS = ['--no-env-file', 'run', 'src/hosts/bun.ts'] as const;

/** Bun's binary, if there is one. Its install script moves it from the platform's package. */
export function findBun(): string | undefined {
  return findRuntime([
    ...inPlatformPackages('bun', 'bin/bun'),
    ...inPlatformPackages('bun', 'bin/bun.exe'),
    inNodeModules('bun/bin/bun.exe'),
    'bun',
  ]);
}

/** Starts Bun on a free port, unless `env` has one. */
export function launchBun(bun: string, env: Readonly<Record<string, string>>): Launched {
  return launch(bun, ARGUMENTS, { PORT: '0', HOST: '127.0.0.1', ...env });
}

/** @param bun The path of the binary. */
export function bunHost(bun: string): Host {
  return {
    name: 'Bun',
    async start(env): Promise<RunningHost> {
      const server = launchBun(bun, env);
      const [, url = ''] = await server.prints(LISTENS);
      return { url, stop: () => server.stop() };
    },
    notices: { abortMidStream: true, abortBeforeHeaders: true },
    // Bun answers 431 above 16 KiB of all headers together.
    longestHeader: 15 * 1024,
  };
}
