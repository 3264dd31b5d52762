/** A setup as lines to paste, for a tool that is started by hand against a gateway of one's own. */
import type { Shell } from './shells.ts';
import { POE_KEY, type Setup } from './setup.ts';

/** The command to type, where it takes arguments. */
interface CommandLine {
  readonly program: string | undefined;
  readonly args: readonly string[];
}

/**
 * One line for each variable; then, if it needs arguments, the command. The key is never printed:
 * its variable is named.
 *
 * @param keyVariable Where the user has the Poe key.
 */
export function printSetup(
  { variables, args }: Setup,
  shell: Shell,
  keyVariable: string,
  { program, args: more }: CommandLine,
): readonly string[] {
  const lines = Object.entries(variables).flatMap(([name, value]) => {
    if (value === undefined) return [shell.unset(name)];
    if (value !== POE_KEY) return [shell.set(name, value)];
    return name === keyVariable ? [] : [shell.copy(name, keyVariable)];
  });
  const words = [...args, ...more];
  if (program === undefined || words.length === 0) return lines;
  return [...lines, shell.command([program, ...words])];
}
