/**
 * Cloudflare's own runtime as a host: the worker's bundle in the workerd binary, with the
 * compatibility settings of `wrangler.toml`, so that the suite fails when workerd refuses them.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Host, RunningHost } from './_host.ts';
import { launch } from './_process.ts';

/** The worker's name in the config, and the file that it is embedded from. */
const MODULE = 'worker.js';

/** The package's main export is the path of the binary for this machine; it has no types. */
function binary(): string {
  const require = createRequire(import.meta.url);
  const main: unknown = require('workerd');
  if (typeof main === 'object' && main && 'default' in main) return String(main.default);
  throw new Error('the workerd package does not say where its binary is');
}

/** `key = value` as it stands in `wrangler.toml`. TOML's strings and lists are Cap'n Proto's too. */
function setting(wrangler: string, key: string): string {
  const value = new RegExp(`^${key} = (.+)$`, 'm').exec(wrangler)?.[1];
  if (value === undefined) throw new Error(`wrangler.toml has no ${key}`);
  return value;
}

/** What a test binds to the worker beside its settings, in Cap'n Proto's text. */
export interface Addition {
  /** By name, beside the config. */
  readonly files: Readonly<Record<string, string>>;
  readonly extension: string;
  readonly bindings: readonly string[];
  readonly services?: readonly string[];
}

/** @see https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
async function config(names: readonly string[], added?: Addition): Promise<string> {
  const wrangler = await readFile(new URL('../../wrangler.toml', import.meta.url), 'utf8');
  // Each setting by name: its value comes with the process's environment, and needs no quoting.
  const bindings = names.map((name) => `(name = "${name}", fromEnvironment = "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    # Without this a worker may call public addresses only, and the simulator is on loopback.
    (name = "internet", network = (allow = ["public", "private", "local"])),
    ${(added?.services ?? []).join(', ')}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  extensions = [${added?.extension ?? ''}],
);

const worker :Workerd.Worker = (
  modules = [(name = "${MODULE}", esModule = embed "${MODULE}")],
  compatibilityDate = ${setting(wrangler, 'compatibility_date')},
  compatibilityFlags = ${setting(wrangler, 'compatibility_flags')},
  bindings = [${[...bindings, ...(added?.bindings ?? [])].join(', ')}],
);
`;
}

/**
 * Starts it with more than settings bound to the worker.
 *
 * @param worker Another worker than ours: a module.
 */
export async function startWorkerd(
  env: Readonly<Record<string, string>>,
  added?: Addition,
  worker?: string,
): Promise<RunningHost> {
  const directory = await mkdtemp(join(tmpdir(), 'poeway-workerd-'));
  const configFile = join(directory, 'config.capnp');
  const code = worker ?? (await readFile(inject('worker'), 'utf8'));
  const files = { ...added?.files, [MODULE]: code };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  await writeFile(configFile, await config(Object.keys(env), added));
  const server = launch(binary(), ['serve', configFile, '--control-fd=3'], env);
  const [, port = ''] = await server.prints(/"event":"listen".*"port":(\d+)/, 'control');
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const exit = await server.stop();
      await rm(directory, { recursive: true });
      return exit;
    },
  };
}

/** workerd learns that a client has gone only when it writes to it. */
export const workerd: Host = {
  name: 'workerd',
  notices: { abortMidStream: true, abortBeforeHeaders: false },
  longestHeader: 100 * 1024,
  addressHeader: 'cf-connecting-ip',
  start: (env) => startWorkerd(env),
};
