/**
 * Lists of secrets in a setting: `one,two` or a JSON array. Every entry that cannot be right is told by
 * its place in the list, all at once, and never by what it says.
 */
import { parseJson, type JsonValue } from '../lib/json.ts';
import { Mistakes } from '../lib/mistakes.ts';
import { isPlaceholder, isPossibleKey } from './access.ts';

/** More than any gateway has. */
const MOST = 1_000;

const COOKIE =
  "is a p-b cookie of Poe's website, not an API key, and has not worked since 2023; get an API key at https://poe.com/api/keys";

const SHORTEST = 8;

/** Without case, `sk-` and what stands between words. */
const GUESSED = new Set(
  (
    'password password1 passw0rd passwort changeme changeit letmein letmein1 qwertyui qwertyuiop qwerty123 abc12345 abcd1234 ' +
    'admin123 admin1234 administrator iloveyou default example secret secretkey yoursecret mysecret topsecret token yourtoken ' +
    'mytoken accesstoken youraccesstoken myaccesstoken apitoken authtoken authkey yourauthkey apikey yourapikey myapikey yourkey'
  ).split(' '),
);

/** One part of the list. */
export interface Entry {
  /** From 1. */
  readonly place: number;
  readonly value: JsonValue;
}

/** The entries, without blank ones; texts are trimmed. Undefined when it is no such list, or too long. */
export function readEntries(text: string): readonly Entry[] | undefined {
  const parts = /^[[{]/.test(text) ? parseJson(text) : text.split(',');
  if (!Array.isArray(parts) || parts.length > MOST) return undefined;
  return (parts as readonly JsonValue[])
    .map((part, index) => ({
      place: index + 1,
      value: typeof part === 'string' ? part.trim() : part,
    }))
    .filter(({ value }) => value !== '');
}

/** What is wrong with a secret; undefined when it may be one. */
export function problemOf(secret: JsonValue | undefined): string | undefined {
  if (secret === undefined) return 'has no token';
  if (typeof secret !== 'string') return 'is not a text';
  if (isPlaceholder(secret)) return 'is blank, or a word for no value (undefined, null)';
  if (!isPossibleKey(secret)) return 'has quotes, blanks or other odd characters, or is too long';
  return undefined;
}

/** Why somebody could find out a secret of this gateway's own; undefined when nobody soon will. */
export function weaknessOf(token: JsonValue | undefined): string | undefined {
  const text = String(token);
  if (text.length < SHORTEST) return `is shorter than ${SHORTEST} characters`;
  const plain = text
    .toLowerCase()
    .replace(/^sk-/, '')
    .replace(/[^a-z0-9]/g, '');
  const isWeak =
    GUESSED.has(plain) ||
    (plain !== '' && '12345678901234567890'.startsWith(plain)) ||
    new Set(text).size < 3;
  return isWeak ? 'is easily guessed' : undefined;
}

/** `POE_API_KEYS`: each key once. Keys have had several forms, so only what none can be is refused. */
export function readPoeKeys(text: string): readonly string[] | Mistakes | undefined {
  const entries = readEntries(text);
  if (entries === undefined) return undefined;
  const problems = entries.flatMap(({ place, value }) => {
    const problem = problemOf(value) ?? (isCookie(String(value)) ? COOKIE : undefined);
    return problem === undefined ? [] : [`entry ${place} ${problem}`];
  });
  if (problems.length > 0) return new Mistakes(problems);
  return [...new Set(entries.map(({ value }) => String(value)))];
}

/** 16 bytes in base64, as they were pasted in 2023: with or without the name, percent-encoded or not. */
function isCookie(key: string): boolean {
  return (
    /^p-b[=:]/i.test(key) ||
    (key.length <= 30 && /^[\w+/-]{20,}(==|%3d%3d)$/i.test(key) && !/^(poe|sk|pk)[-_]/i.test(key))
  );
}
