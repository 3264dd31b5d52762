/**
 * Finds the program that a name stands for, as a shell would, so that it can be started without
 * one. On Windows npm installs a program as a batch file, which only a shell can run; what stands
 * behind it can be run, and is read out of it.
 */
import { posix, win32, type PlatformPath } from 'node:path';

/** What must be known of the machine. */
export interface Machine {
  readonly windows: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly folder: string;
  /** The Node that runs this, for scripts. */
  readonly node: string;
  /** A file that may be run. */
  isProgram(path: string): boolean;
  read(path: string): string;
}

/** What to start, and with which arguments before the user's own. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** A batch file of which nothing is known: it takes a shell. */
  readonly batch?: boolean;
}

/** Of the endings in PATHEXT those that can be started; the others (`.JS`) belong to other programs. */
const RUNNABLE = ['.COM', '.EXE', '.BAT', '.CMD'];

/** A variable (`@SET A=b`) or a flag (`node --flag "…`) that a script's first line asks for. */
const ADDS = /^@SET |(?:"%_prog%"|\\node\.exe"|\bnode) +[^"\s(]/m;

/** Undefined when there is no such program. */
export function findProgram(name: string, machine: Machine): Program | undefined {
  const { windows, isProgram } = machine;
  const path = windows ? win32 : posix;
  const endings = windows ? windowsEndings(name, machine) : [''];
  for (const folder of foldersFor(name, path, machine))
    for (const ending of endings) {
      const file = path.resolve(machine.folder, folder, name + ending);
      if (isProgram(file))
        return /\.(cmd|bat)$/i.test(file) && windows ? behind(file, machine) : { file, args: [] };
    }
  return undefined;
}

/** A name with a folder in it is looked for there and nowhere else. */
function foldersFor(name: string, path: PlatformPath, machine: Machine): readonly string[] {
  if (name.includes(path.sep) || name.includes('/')) return [''];
  return (
    (variable(machine, 'PATH') ?? '')
      .split(path.delimiter)
      .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
      // On Windows an empty entry means nothing; elsewhere it means the working directory.
      .filter((folder) => folder !== '' || !machine.windows)
  );
}

/** A file without an ending is npm's script for Unix shells, which lies beside the batch file. */
function windowsEndings(name: string, machine: Machine): readonly string[] {
  const listed = (variable(machine, 'PATHEXT') || RUNNABLE.join(';')).toUpperCase().split(';');
  const endings = listed
    .filter((ending) => RUNNABLE.includes(ending))
    .map((ending) => ending.toLowerCase());
  return endings.includes(win32.extname(name).toLowerCase()) ? ['', ...endings] : endings;
}

/** Windows spells PATH as it likes, and a copy of its environment is not blind to case. */
function variable({ env, windows }: Machine, name: string): string | undefined {
  if (!windows) return env[name];
  const spelled = Object.keys(env).find((key) => key.toUpperCase() === name);
  return spelled === undefined ? undefined : env[spelled];
}

/**
 * The program that a batch file of npm or pnpm runs with all of its own arguments (`%*`): an exe, or
 * a script for Node. Any other batch file, or one that does more, is left to the shell.
 */
function behind(file: string, machine: Machine): Program {
  const text = machine.read(file);
  const calls = [...text.matchAll(/"%(?:~dp0|dp0%)\\?([^"%\r\n]+)"\s*%\*/g)];
  const [target, ...others] = new Set(calls.map(([, path = '']) => path));
  const batch = { file, args: [], batch: true };
  if (target === undefined || others.length > 0) return batch;
  const path = win32.join(win32.dirname(file), target);
  if (!machine.isProgram(path)) return batch;
  if (/\.exe$/i.test(path)) return { file: path, args: [] };
  const byNode = /"_prog=node"|\\node\.exe"/.test(text);
  return byNode && /\.[cm]?js$/i.test(path) && !ADDS.test(text)
    ? { file: machine.node, args: [path] }
    : batch;
}
