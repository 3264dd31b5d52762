/**
 * The command as it is published: the bundle in a folder of its own, beside tools that are not what
 * they seem. Knows how to start it; knows nothing of what it should do.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { bundleCommand } from '../../scripts/bundle.ts';
import { launch, type Launched } from '../hosts/_process.ts';

/** Does what its first argument says, if it is one of these; else it shows what it was given. */
const TOOL = `#!${process.execPath}
const { env } = process;
const [what, code] = process.argv.slice(2);
const models = () => fetch(env.OPENAI_BASE_URL + '/models', { headers: { authorization: 'Bearer ' + env.OPENAI_API_KEY } });
const jobs = {
  exit: () => process.exit(Number(code)),
  kill: () => process.kill(process.pid, code),
  async ask() {
    const response = await models();
    console.log(JSON.stringify({ status: response.status, models: (await response.json()).data.length, url: env.OPENAI_BASE_URL }));
  },
  async refused() {
    const { status } = await fetch(env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST' });
    console.log('refused with ' + status);
  },
  wait() {
    let signals = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, async () => {
        signals += 1;
        const { status } = await models();
        // A second one would come at once.
        setTimeout(() => {
          console.log('ended by ' + signal + ', heard ' + signals + ', gateway says ' + status);
          process.exit(5);
        }, 100);
      });
    setInterval(() => {}, 1000);
    console.log('waiting at ' + env.OPENAI_BASE_URL + ';');
  },
};
(jobs[what] ?? (() => console.log(JSON.stringify({ args: process.argv.slice(2), env }))))();
`;

/** What a tool shows that was started without a job. */
export interface Shown {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A folder with the command, a folder of tools, and room for files. */
export interface Installation {
  readonly folder: string;
  readonly main: string;
  /** What the command's environment is, for starting it otherwise. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the command with its settings and the Poe key `the-key`. */
  poeway(args: readonly string[], env?: Readonly<Record<string, string>>): Launched;
  remove(): Promise<void>;
}

/** @param tools The names under which the tool is installed. */
export async function install(
  tools: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'poeway-cli-'));
  const write = async (path: string, text: string): Promise<void> => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, 0o755);
  };
  const { files } = await bundleCommand();
  for (const { path, code } of files) await write(join('package/dist', path), code);
  await write('package/package.json', '{ "type": "module", "version": "1.2.3-test" }');
  for (const name of tools) await write(join('bin', name), TOOL);

  const main = join(folder, 'package/dist/cli.js');
  const env = { PATH: join(folder, 'bin'), POE_API_KEY: 'the-key', ...settings };
  return {
    folder,
    main,
    env,
    poeway: (args, more) =>
      launch(process.execPath, [main, ...args], { ...env, ...more }, /^\{"args":/),
    remove: () => rm(folder, { recursive: true }),
  };
}
