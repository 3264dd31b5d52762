/**
 * The settings that a server would have, as a person could have written them, and where each comes
 * from. No secret, and nothing of which one could be guessed: no letter of it and not its length.
 */
import { type Config, type Environment, givenFor } from '../src/config.ts';
import type { ConfigFiles } from '../src/hosts/config-files.ts';
import { isJsonObject, parseJson } from '../src/lib/json.ts';
import { readEntries } from '../src/policy/secret-list.ts';
import { SECRETS, SETTINGS } from '../src/settings.ts';

/** In place of a secret. */
const HIDDEN = '***';

/** One setting. */
export interface EffectiveSetting {
  /** The canonical one. */
  readonly name: string;
  /** Undefined: it has none. */
  readonly value: string | undefined;
  /** `default`, `environment` with the name that is used there, or the name in a file. */
  readonly from: string;
}

/**
 * All of them, in the table's order.
 *
 * @param config What was read of the others.
 */
export function effectiveSettings(
  env: Environment,
  defaults: Environment,
  files: ConfigFiles,
  config: Config,
): readonly EffectiveSetting[] {
  const secrets: Readonly<Record<string, keyof typeof MASKS>> = SECRETS;
  return Object.entries(SETTINGS).map(([key, { names, write }]) => {
    const [name] = names;
    const { alias, text } = givenFor(names, env, { ...defaults, ...files.settings });
    const used = config[key as keyof Config];
    const value = isPlain(used) ? (write as (plain: Plain) => string)(used) : inOneLine(used, text);
    const secret = secrets[key];
    return {
      name,
      value: value && secret ? MASKS[secret](value) : value || undefined,
      from: alias === undefined ? (files.places[name] ?? 'default') : `environment ${alias}`,
    };
  });
}

type Plain = string | number | boolean;

/** Numbers, words and URLs are shown as they are used. */
function isPlain(value: unknown): value is Plain {
  return /^(string|number|boolean)$/.test(typeof value);
}

/** Lists and maps as they were given; undefined when there is nothing in them. */
function inOneLine(value: unknown, text: string | undefined): string | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  const json = text === undefined ? undefined : parseJson(text);
  // Of poe2openai's models.yaml: a key.
  if (isJsonObject(json) && 'api_token' in json)
    return JSON.stringify({ ...json, api_token: HIDDEN });
  return json === undefined ? text : JSON.stringify(json);
}

/** What is left of the text of a secret setting. */
const MASKS = {
  all: () => HIDDEN,
  login: hideLogin,
  tokens: (text: string) =>
    JSON.stringify(
      (readEntries(text) ?? []).map(({ place, value }) =>
        Object.assign({ name: `token-${place}` }, isJsonObject(value) && value, { token: HIDDEN }),
      ),
    ),
};

function hideLogin(text: string): string {
  if (!text.includes('@') && !text.includes('?')) return text;
  const { protocol, host, pathname, username, password } = URL.canParse(text)
    ? new URL(text)
    : new URL('x:');
  // A slash in a password ends the address before the login is over.
  const isClear = (username !== '' || password !== '') && text.split('@').length === 2;
  // Of Redis, the number of the database.
  const [path = ''] = /^\/\d+$/.exec(pathname) ?? [];
  return isClear ? `${protocol}//${HIDDEN}@${host}${path}` : HIDDEN;
}
