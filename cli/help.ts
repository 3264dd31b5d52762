/** The help, written from the tables of commands and flags. */
import type { Flags } from './arguments.ts';
import type { Command } from './commands.ts';

const GAP = '  ';

/** Flags that stand before any command. */
export const GLOBAL_FLAGS = {
  help: { short: 'h', says: 'this help; poeway help COMMAND for one command' },
  version: { short: 'v', says: 'the version' },
} satisfies Flags;

/** The help of the whole. */
export function overview(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { says }]) => [name, says] as const);
  return [
    'Use Poe from any AI tool.',
    '',
    'Usage:',
    ...Object.values(commands).map(({ usage }) => `${GAP}poeway ${usage}`),
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Flags:',
    ...columns(flagRows(GLOBAL_FLAGS)),
    '',
    'claude, codex and run take your Poe key from POE_API_KEY; get one at https://poe.com/api/keys.',
  ].join('\n');
}

/** The help of one command. */
export function helpOf({ usage, says, more, flags, restIs }: Command): string {
  const rest = restIs === undefined ? [] : [['--', `what follows is for ${restIs}`] as const];
  return [
    `poeway ${usage}`,
    '',
    `${says[0]?.toUpperCase()}${says.slice(1)}.`,
    '',
    more,
    '',
    'Flags:',
    ...columns([...flagRows(flags), ...rest]),
  ].join('\n');
}

type Row = readonly [string, string];

function flagRows(flags: Flags): readonly Row[] {
  return Object.entries(flags).map(([name, { short, value, says }]) => {
    const names = short ? `-${short}, --${name}` : `--${name}`;
    return [value === undefined ? names : `${names} ${value}`, says];
  });
}

function columns(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${GAP}${left.padEnd(width)}${GAP}${right}`);
}
