/**
 * How a program is started: the call of `spawn`, as data. Never by a shell, but for batch files,
 * which Windows runs by cmd.exe alone; for these the words are written so that none can be a command.
 *
 * @see https://learn.microsoft.com/windows-server/administration/windows-commands/cmd
 */
import { CommandError, EXIT } from './command-error.ts';
import type { Program } from './find-program.ts';

/** The arguments of `spawn`. */
export interface SpawnCall {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are one finished command line. */
  readonly verbatim: boolean;
}

/** @param shell The path of cmd.exe. */
export function spawnCall(program: Program, args: readonly string[], shell: string): SpawnCall {
  const all = [...program.args, ...args];
  if (!program.batch) return { file: program.file, args: all, verbatim: false };
  const line = [escapeMeta(program.file), ...all.map(batchWord)].join(' ');
  // /d: no start scripts; /s: only the outermost quotes go.
  return { file: shell, args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/**
 * The word is first quoted for the program, which reads `\"` as a quote. Then all that cmd.exe would
 * understand is escaped, the quotes too; and once more, since the batch file has the line read again.
 */
function batchWord(word: string): string {
  if (/[\0\r\n]/.test(word))
    throw new CommandError(
      `A batch file cannot be given an argument with line breaks: ${JSON.stringify(word)}`,
      EXIT.usage,
    );
  return escapeMeta(escapeMeta(quote(word)));
}

/** Backslashes count only before a quote; so they are doubled there, and before the closing one. */
function quote(word: string): string {
  let quoted = '';
  let backslashes = 0;
  for (const character of word) {
    if (character === '\\') backslashes += 1;
    else {
      if (character === '"') quoted += '\\'.repeat(backslashes + 1);
      backslashes = 0;
    }
    quoted += character;
  }
  return `"${quoted}${'\\'.repeat(backslashes)}"`;
}

function escapeMeta(text: string): string {
  return text.replaceAll(/[()\][%!^"`<>&|;, *?]/g, '^$&');
}
