/**
 * The processes of the bench, in the form in which they run in production: one file, made by
 * esbuild, run by plain `node`, standard output on a pipe that is read, as in a container.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Usage } from './probe.ts';

/** A running process that answers HTTP. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  /** Its accounts, now. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** A program that can be started any number of times. */
export interface Program {
  readonly name: string;
  /** Its bundle. */
  readonly file: string;
  /** The bundle of `probe.ts`. */
  readonly probe: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program; resolves when it has printed a line of JSON that has its `url`. */
export async function start({ name, file, probe, env }: Program): Promise<Subject> {
  const child = spawn(process.execPath, ['--import', pathToFileURL(probe).href, file], {
    // Nothing of the surroundings but the path: a proxy setting or a log level would be measured.
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await announcedPort(name, child);
  child.stdout?.resume();
  return {
    name,
    port,
    async usage() {
      const answered = once(child, 'message');
      child.send('usage');
      const [usage] = await answered;
      return usage as Usage;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function announcedPort(name: string, child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error(`${name} has no output`);
  const lines = createInterface(child.stdout);
  try {
    for await (const line of lines) {
      const { url } = JSON.parse(line) as { readonly url?: string };
      if (url !== undefined) return Number(new URL(url).port);
    }
  } finally {
    lines.close();
  }
  throw new Error(`${name} ended before it listened`);
}
