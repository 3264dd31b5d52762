/**
 * What makes a tool talk to a gateway: variables and arguments, as data. It is given to the tool
 * when it is started, and printed for those who start it themselves.
 */

/** Stands for the user's Poe key: a tool gets the key, print gets its variable's name. */
export const POE_KEY = Symbol('the Poe key');

/** Text, the Poe key, or nothing: the variable must not be there. */
type Value = string | typeof POE_KEY | undefined;

/** What a tool is given. */
export interface Setup {
  readonly variables: Readonly<Record<string, Value>>;
  /** They stand before the user's own. */
  readonly args: readonly string[];
}

/** What the user chose. */
export interface Choice {
  /** The gateway, without `/v1` and without a slash at the end. */
  readonly url: string;
  /** The bot that answers; without it the tool asks for what it always does. */
  readonly model?: string | undefined;
  /** The bot for small tasks in the background. */
  readonly smallModel?: string | undefined;
}

/** A tool that the command knows how to set up. */
export interface Tool {
  /** Its program. */
  readonly program: string;
  /** What installs it. */
  readonly install: string;
  setUp(choice: Choice): Setup;
}
