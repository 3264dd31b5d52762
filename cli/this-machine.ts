/** The machine that the command runs on, for finding programs. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import process from 'node:process';
import type { Machine } from './find-program.ts';

/** What `findProgram` asks. */
export function thisMachine(): Machine {
  return {
    windows: process.platform === 'win32',
    env: process.env,
    folder: process.cwd(),
    node: process.execPath,
    isProgram,
    read: (path) => readFileSync(path, 'utf8'),
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, not allowed, a folder that is a file: all the same, it cannot be run.
    return false;
  }
}
