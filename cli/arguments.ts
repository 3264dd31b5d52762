/**
 * Reads a command's arguments: its own flags come first, the rest begins at `--` or at the first
 * word that is no flag, and is left as it stands.
 */
import { parseArgs } from 'node:util';
import { entryOf } from '../src/lib/table.ts';
import { usageError } from './command-error.ts';

/** A flag that a command has. */
interface Flag {
  /** What stands for its value in the help; a flag without one is a switch. */
  readonly value?: string;
  /** One letter. */
  readonly short?: string;
  readonly says: string;
}

/** By name, without the dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What a command was given. */
export interface Arguments {
  /** Of flags with a value; never blank. */
  readonly values: Readonly<Record<string, string>>;
  readonly switches: ReadonlySet<string>;
  readonly rest: readonly string[];
}

/**
 * PowerShell takes the first bare `--` out of a command's arguments, so the rest also begins without
 * one where its first word cannot be a flag.
 *
 * @param restIs What the rest is for (`claude`), where a command takes one; completes "is for …".
 * @throws {CommandError} with exit code 2
 */
export function readArguments(args: readonly string[], flags: Flags, restIs?: string): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) } as const,
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const end = tokens.find(({ kind }) => kind !== 'option');
  const values: Record<string, string> = {};
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') break;
    const { name, rawName, value, inlineValue } = token;
    const flag = entryOf(flags, name);
    if (!flag) throw unknownFlag(rawName, restIs);
    if (flag.value === undefined) {
      if (inlineValue) throw usageError(`${rawName} takes no value.`);
      switches.add(name);
    } else {
      const missing = value === undefined || (!inlineValue && value.startsWith('-'));
      if (missing || !isText(value))
        throw usageError(`${rawName} needs a value: ${rawName} ${flag.value}`);
      values[name] = value.trim();
    }
  }
  const rest = end ? args.slice(end.kind === 'option-terminator' ? end.index + 1 : end.index) : [];
  if (restIs === undefined && rest[0] !== undefined)
    throw usageError(`"${rest[0]}" is too much here: only flags are taken.`);
  return { values, switches, rest };
}

function unknownFlag(flag: string, restIs: string | undefined): Error {
  const cure =
    restIs === undefined
      ? ''
      : ` What is for ${restIs} comes after "--" (in PowerShell with the quotes: '--').`;
  return usageError(`There is no flag ${flag}.${cure}`);
}

/** No variable and no line to paste can hold a control character. */
function isText(value: string): boolean {
  return value.trim() !== '' && !/\p{Cc}/u.test(value);
}
