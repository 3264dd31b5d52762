/**
 * Child processes under test: started with an environment of their own, watched by what they
 * print, told to stop, and never left behind. Knows nothing of hosts.
 */
import { spawn, type StdioOptions } from 'node:child_process';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { learnSettings, searchOutput } from '../canaries.ts';

/** How a process ended, and all that it printed. */
export interface Exit {
  readonly code: number | null;
  /** Set when a signal ended it that it did not catch. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a process can print: the standard ways, and a pipe for control messages. */
const OUTPUTS = { stdout: 1, stderr: 2, control: 3 } as const;

type Output = keyof typeof OUTPUTS;

/** A process under way. */
export interface Launched {
  /** The first match in all that it prints there; rejects when it ends without one. */
  prints(pattern: RegExp, output?: Output): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
  /** Asks it to stop, and ends it by force when it does not. */
  stop(): Promise<Exit>;
}

/** What becomes of a process that does not stop when asked to: `signal` is then SIGKILL. */
const PATIENCE = 5_000;

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** A test that fails or is cut off must not leave its servers running. */
const alive = new Set<() => void>();

/** Ends all that still run. */
export function endAll(): void {
  for (const end of alive) end();
}

process.on('exit', endAll);

/**
 * Starts a program in the checkout.
 *
 * @param env All of its environment but the PATH: the developer's own settings must not reach it.
 * @param foreign Lines that another program prints through it, which may show what they like.
 */
export function launch(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  foreign = /^$/,
): Launched {
  learnSettings(env);
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'pipe'];
  const { PATH = '' } = process.env;
  // What a newer Node warns of is no word of the program's own.
  const basics = { PATH, NODE_NO_WARNINGS: '1' };
  const child = spawn(program, args, {
    cwd: CHECKOUT,
    env: { ...basics, ...env },
    stdio,
    // A group of its own: what it starts itself can be ended with it.
    detached: true,
  });
  const end = (): void => endGroup(child.pid);
  alive.add(end);

  const printed: Record<Output, string> = { stdout: '', stderr: '', control: '' };
  const watchers = new Set<() => void>();
  for (const output of Object.keys(OUTPUTS) as Output[]) {
    const stream = child.stdio[OUTPUTS[output]] as Readable;
    stream.setEncoding('utf8').on('data', (text: string) => {
      // A line may come in two parts.
      const before = printed[output].lastIndexOf('\n') + 1;
      printed[output] += text;
      const lines = printed[output].slice(before);
      if (!foreign.test(lines)) searchOutput(`${program} ${args.join(' ')}`, lines);
      for (const watch of watchers) watch();
    });
  }

  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      alive.delete(end);
      resolve({ code, signal, stdout: printed.stdout, stderr: printed.stderr });
    });
  });

  return {
    exit,
    prints(pattern, output = 'stdout') {
      return new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = pattern.exec(printed[output]);
          if (!match) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        exit.then((ending) => {
          const words = `${program} ended without printing ${pattern}`;
          reject(new Error(`${words}: ${JSON.stringify(ending)}`));
        }, reject);
      });
    },
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(end, PATIENCE);
      const ending = await exit;
      clearTimeout(force);
      return ending;
    },
  };
}

function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // ESRCH: all of it has ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
