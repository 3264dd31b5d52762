/**
 * Runs a program in the user's terminal as if they had typed it, and says how it ended. Signals
 * reach it once: those of the terminal go to the whole group, which it is in; others are passed on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { CommandError, EXIT } from './command-error.ts';
import type { SpawnCall } from './spawn-call.ts';
import type { Variables } from './tool-environment.ts';

const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;
/** Ctrl-C and Ctrl-\. */
const TYPED: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGBREAK']);

/**
 * Runs it to its end, and resolves with its exit code, or 128 and the number of the signal that
 * ended it. A signal to this process does not end it before the program has ended.
 *
 * @param name For a message that it cannot be run.
 */
export async function runProgram(name: string, call: SpawnCall, env: Variables): Promise<number> {
  let child: ChildProcess | undefined;
  // Before the program is there: it may be told to stop at once.
  const release = passSignals((signal) => child?.kill(signal));
  try {
    return await new Promise<number>((resolve, reject) => {
      child = spawn(call.file, call.args, {
        stdio: 'inherit',
        env,
        windowsVerbatimArguments: call.verbatim,
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
    });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${name} cannot be run: ${words}`, EXIT.notRunnable);
  } finally {
    release();
  }
}

function exitCodeOf(signal: NodeJS.Signals | null): number {
  return EXIT.signal + (signal === null ? 0 : constants.signals[signal]);
}

/** @returns Ends it: signals mean to this process what they usually do. */
function passSignals(pass: (signal: NodeJS.Signals) => void): () => void {
  const hear = (signal: NodeJS.Signals): void => {
    if (TYPED.has(signal) && hasTerminal()) return;
    // On Windows nothing but the console sends signals, and it sends them to all.
    if (process.platform !== 'win32') pass(signal);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
}

function hasTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}
