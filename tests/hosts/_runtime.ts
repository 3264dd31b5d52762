/**
 * Runtimes that are not Node: where their binary is, and what becomes of their tests on a machine
 * without it. npm packages bring them, but npm may have refused to run the script that puts the
 * binary in its place.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The first of the candidates that runs: a path, or a name that is looked for on the PATH. */
export function findRuntime(candidates: readonly string[]): string | undefined {
  // That a file is there says little: it may be a placeholder, or be for another libc.
  return candidates.find((program) => spawnSync(program, ['--version']).status === 0);
}

/** Where `file` would be in each of the packages of which npm installs the one for this machine. */
export function inPlatformPackages(name: string, file: string): readonly string[] {
  const { optionalDependencies = {} } = manifest(name);
  return Object.keys(optionalDependencies).map((other) => inNodeModules(`${other}/${file}`));
}

/** The path of a file of a package. */
export function inNodeModules(file: string): string {
  return fileURLToPath(new URL(`../../node_modules/${file}`, import.meta.url));
}

function manifest(name: string): { optionalDependencies?: Readonly<Record<string, string>> } {
  try {
    return JSON.parse(readFileSync(inNodeModules(`${name}/package.json`), 'utf8')) as object;
  } catch {
    // The package is not installed; there may still be one on the PATH.
    return {};
  }
}

/**
 * Lists the tests that need a runtime. Where it is missing they are skipped, which is said; in CI,
 * where nobody reads what is said, that is a failure.
 */
export function withRuntime(
  name: string,
  program: string | undefined,
  list: (program: string) => void,
): void {
  if (program !== undefined) return list(program);
  const reason = `${name} runs neither from node_modules nor from the PATH`;
  const inCI = Boolean(process.env['CI']);
  if (!inCI) console.warn(`Skipped: ${reason}.`);
  test.runIf(inCI)(`${name} can be tested`, () => expect.fail(reason));
}
