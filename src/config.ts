/**
 * An env record → a frozen Config, by the table in `settings.ts`. Every mistake is reported, all at
 * once, by name and never by value.
 */
import { Mistakes } from './lib/mistakes.ts';
import { SETTINGS } from './settings.ts';

/** Each as the table reads it. */
type Values = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['fallback'];
};

/** The effective settings; what each means is said in the table. */
export type Config = Omit<Values, 'ownKeys'> & { readonly ownKeys: 'allow' | 'deny' };

/** Settings as a host has them: by name, as text. */
export type Environment = Readonly<Record<string, unknown>>;

/** All that is wrong with the environment, one line for each mistake. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`The settings are wrong:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/**
 * Reads the settings. A setting that is missing or blank has its default.
 *
 * @param hostDefaults Of a host for which the usual defaults are not right; by canonical name.
 * @param places Where some of them stand, by canonical name, for the words of a mistake.
 * @throws {ConfigError} when any value is wrong.
 */
export function readConfig(
  env: Environment,
  hostDefaults: Environment = {},
  places: Readonly<Record<string, string>> = {},
): Config {
  const mistakes: string[] = [];
  const wrong = new Set<string>();
  const names: Record<string, string> = {};
  const values = Object.entries(SETTINGS).map(
    ([name, { names: known, fallback, expected, read }]) => {
      const { alias, text } = givenFor(known, env, hostDefaults);
      const told = alias ?? places[known[0]] ?? known[0];
      names[name] = told;
      const value = text === undefined ? fallback : read(text);
      const isWrong = value instanceof Mistakes || (text !== undefined && value === undefined);
      if (isWrong) wrong.add(name);
      if (value instanceof Mistakes)
        mistakes.push(...value.problems.map((problem) => `${told}: ${problem}.`));
      else if (isWrong) mistakes.push(`${told} must be ${expected}.`);
      return [name, value] as const;
    },
  );
  // Each value is of its own setting's type: `read` and `fallback` give no other, but for those in `wrong`.
  const given = Object.fromEntries(values) as Values;
  // People export it for their clients, and for `poeway claude`: alone it makes no pool.
  const isClients = names['poeApiKeys'] === 'POE_API_KEY' && given.accessTokens.length === 0;
  const read = isClients && !wrong.has('accessTokens') ? { ...given, poeApiKeys: [] } : given;
  for (const { of, isWrong, words } of TOGETHER)
    if (!of.some((name) => wrong.has(name)) && isWrong(read))
      mistakes.push(words(...of.map((name) => names[name] ?? name)));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const ownKeys = read.ownKeys ?? (read.poeApiKeys.length > 0 ? 'deny' : 'allow');
  return Object.freeze({ ...read, ownKeys });
}

/** What a setting is given: by the first of its names that the environment has, or else by the host. */
export function givenFor(
  names: readonly [string, ...string[]],
  env: Environment,
  hostDefaults: Environment,
): {
  /** Of the environment; undefined: it does not have the setting. */
  readonly alias: string | undefined;
  /** Undefined: the setting has its own default. */
  readonly text: string | undefined;
} {
  const alias = names.find((name) => textOf(env[name]) !== undefined);
  const text = alias === undefined ? hostDefaults[names[0]] : env[alias];
  return { alias, text: textOf(text) };
}

/** Settings that are right each for itself, and wrong together. Those that are not right are told alone. */
const TOGETHER: readonly {
  readonly of: readonly (keyof Values)[];
  isWrong(values: Values): boolean;
  /** @param names Of the settings in `of`, as they were given. */
  words(...names: readonly string[]): string;
}[] = [
  {
    of: ['poeApiKeys', 'accessTokens'],
    isWrong: ({ poeApiKeys, accessTokens }) => poeApiKeys.length > 0 && accessTokens.length === 0,
    words: (keys, tokens) =>
      `${keys} needs ${tokens} beside it, or anybody could use the keys: make up a long random token for each user. Where all callers bring keys of their own, unset ${keys}.`,
  },
  {
    of: ['poeApiKeys', 'accessTokens'],
    isWrong: ({ poeApiKeys, accessTokens }) => poeApiKeys.length === 0 && accessTokens.length > 0,
    words: (keys, tokens) =>
      `${tokens} needs ${keys} beside it: a token has no points of its own. Users with their own Poe keys need no token.`,
  },
  {
    of: ['poeApiKeys', 'accessTokens'],
    isWrong: ({ poeApiKeys, accessTokens }) =>
      accessTokens.some(({ token }) => poeApiKeys.includes(token)),
    words: (keys, tokens) =>
      `${tokens} must not have a key of ${keys} in it: make up another token.`,
  },
  {
    of: ['ownKeys', 'poeApiKeys'],
    isWrong: ({ ownKeys, poeApiKeys }) => ownKeys === 'deny' && poeApiKeys.length === 0,
    words: (own, keys) => `${own} may be deny only with ${keys}: otherwise nobody could come in.`,
  },
];

/**
 * What a setting says; undefined when it is missing or blank. A platform's env may hold things that are
 * not text (bindings): those are not settings. Of a file of settings, `docker run` takes quotes for a
 * part of the value.
 */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const inner = /^'([^']*)'$|^"([^"]*)"$/.exec(text);
  return (inner ? (inner[1] ?? inner[2] ?? '').trim() : text) || undefined;
}
