/** The user's Poe key: in which variable it is, and what it must look like. */
import type { Environment } from '../src/config.ts';
import { isPossibleKey } from '../src/policy/access.ts';
import { CommandError } from './command-error.ts';

const NAMES = ['POE_API_KEY', 'POE_KEY'] as const;
const WHERE = 'https://poe.com/api/keys';

/** The variable that has the key, or else the one that should. */
export function keyVariable(env: Environment): string {
  return NAMES.find((name) => textOf(env[name]) !== '') ?? NAMES[0];
}

/** @throws {CommandError} when there is none, or none that could be one. */
export function poeKey(env: Environment): string {
  const name = keyVariable(env);
  const key = textOf(env[name]);
  if (key === '')
    throw new CommandError(
      `There is no Poe key. Get one at ${WHERE} and put it into the variable ${name}.`,
    );
  // The gateway would refuse it too, but some tools keep quiet about that, and try for minutes.
  if (!isPossibleKey(key))
    throw new CommandError(
      `${name} has quotes, blanks or other characters that are in no Poe key. Copy it again from ${WHERE}.`,
    );
  return key;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
