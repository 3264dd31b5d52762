/**
 * An env record → a frozen Config, by the table in `settings.ts`. Every mistake is reported, all at
 * once, by name and never by value.
 */
import { SETTINGS } from './settings.ts';

/** The effective settings; what each means is said in the table. */
export type Config = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['fallback'];
};

/** Settings as a host has them: by name, as text. */
export type Environment = Readonly<Record<string, unknown>>;

/** All that is wrong with the environment, one line for each mistake. */
export class ConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(`The settings are wrong:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings. A setting that is missing or blank has its default.
 *
 * @param hostDefaults Of a host for which the usual defaults are not right; by canonical name.
 * @throws {ConfigError} when any value is wrong.
 */
export function readConfig(env: Environment, hostDefaults: Environment = {}): Config {
  const mistakes: string[] = [];
  const values = Object.entries(SETTINGS).map(([name, { names, fallback, expected, read }]) => {
    const given = names.find((alias) => isSet(env[alias])) ?? names[0];
    const text = [env[given], hostDefaults[given]].find(isSet);
    const value = text === undefined ? fallback : read(text.trim());
    if (text !== undefined && value === undefined) mistakes.push(`${given} must be ${expected}.`);
    return [name, value] as const;
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  // Each value is of its own setting's type: `read` and `fallback` give no other.
  return Object.freeze(Object.fromEntries(values)) as Config;
}

/** A platform's env may hold things that are not text (bindings): those are not settings. */
function isSet(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
