/** What the command says when it cannot go on, and the code that it exits with. */

/** Exit codes, as shells use them. */
export const EXIT = {
  /** It was asked for rightly and went wrong. */
  failure: 1,
  /** It was asked for wrongly. */
  usage: 2,
  /** The tool is there and cannot be run. */
  notRunnable: 126,
  /** The tool is not there. */
  notFound: 127,
  /** A signal ended the tool: its number is added. */
  signal: 128,
} as const;

/** Its message is for the user and says what to do. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failure) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** The command was asked for wrongly: an unknown flag, a value that is no value. */
export function usageError(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}
