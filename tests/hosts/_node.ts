/** Node as a host: the built server (`build.ts`), or any other module. */
import process from 'node:process';
import { inject } from 'vitest';
import type { Host, RunningHost } from './_host.ts';
import { launch, type Launched } from './_process.ts';

/** Port 0: the system chooses a free one, and the host's log says which. */
const ANYWHERE = { PORT: '0', HOST: '127.0.0.1' };

/** What a server's log says when it serves, with its address. */
export const LISTENS = /"message":"Poeway listens","url":"([^"]+?)\/?"/;

/** A host that is a process of its own, which a test may send signals. */
export interface NodeProcess extends RunningHost {
  readonly process: Launched;
}

/** Starts Node with `env` as it stands: for settings that keep it from serving. */
export function launchNode(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [inject('nodeServer')],
): Launched {
  return launch(process.execPath, args, { ...ANYWHERE, ...env });
}

/** Starts Node and waits until it serves. */
export async function startNode(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [inject('nodeServer')],
): Promise<NodeProcess> {
  const node = launchNode(env, args);
  const [, url = ''] = await node.prints(LISTENS);
  return { url, process: node, stop: () => node.stop() };
}

/** As a host of the suite. */
export function nodeHost(): Host {
  return {
    name: 'Node',
    start: (env) => startNode(env),
    notices: { abortMidStream: true, abortBeforeHeaders: true },
    longestHeader: 1024 * 1024,
  };
}
