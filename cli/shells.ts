/** How each shell writes a variable and a word, for lines that are pasted into it. */
import { usageError } from './command-error.ts';

/** The shells that lines can be printed for. */
export const SHELL_NAMES = ['posix', 'fish', 'powershell', 'cmd'] as const;

/** One of them; `posix`: sh, bash, zsh and their like. */
export type ShellName = (typeof SHELL_NAMES)[number];

/** What a shell is asked to write. */
export interface Shell {
  /** The variable gets this text. */
  set(name: string, text: string): string;
  /** The variable gets what another one has. */
  copy(name: string, from: string): string;
  unset(name: string): string;
  /** A command line; a word without special characters stays as it is. */
  command(words: readonly string[]): string;
}

/** The shells by name. */
export const SHELLS: Readonly<Record<ShellName, Shell>> = {
  posix: {
    set: (name, text) => `export ${name}=${posixQuote(text)}`,
    copy: (name, from) => `export ${name}="$${from}"`,
    unset: (name) => `unset ${name}`,
    command: (words) => line(words, posixQuote),
  },
  fish: {
    set: (name, text) => `set -gx ${name} ${fishQuote(text)}`,
    copy: (name, from) => `set -gx ${name} "$${from}"`,
    unset: (name) => `set -e ${name}`,
    command: (words) => line(words, fishQuote),
  },
  powershell: {
    set: (name, text) => `$env:${name} = ${powershellQuote(text)}`,
    copy: (name, from) => `$env:${name} = $env:${from}`,
    unset: (name) => `$env:${name} = $null`,
    // A quoted word alone would be a text and not a command.
    command: (words) => line(words, powershellQuote).replace(/^'/, "& '"),
  },
  cmd: {
    set: (name, text) => `set "${name}=${cmdText(text)}"`,
    copy: (name, from) => `set "${name}=%${from}%"`,
    unset: (name) => `set "${name}="`,
    command: (words) => line(words, (text) => `"${cmdText(text)}"`),
  },
};

/** The shell in which the command was probably typed. */
export function guessShell(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): ShellName {
  // Git Bash and its like on Windows.
  if (platform === 'win32') return env['MSYSTEM'] ? 'posix' : 'powershell';
  return /(^|\/)fish$/.test(env['SHELL'] ?? '') ? 'fish' : 'posix';
}

/** Words of these characters alone mean themselves in every shell. */
function line(words: readonly string[], quote: (text: string) => string): string {
  return words.map((text) => (/^[\w./:=-]+$/.test(text) ? text : quote(text))).join(' ');
}

function posixQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

/** PowerShell takes typographic quotes for quotes too. */
function powershellQuote(text: string): string {
  return `'${text.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`;
}

/** Of these characters no quoting is safe at the prompt of cmd.exe. */
function cmdText(text: string): string {
  if (/["%!]/.test(text))
    throw usageError(`cmd.exe cannot be given ${text} safely. Use --shell powershell.`);
  return text;
}
