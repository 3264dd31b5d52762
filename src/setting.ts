/**
 * The kinds of settings that the table in `settings.ts` is made of: what a right value looks like, and
 * how its text becomes a value.
 */
import type { Mistakes } from './lib/mistakes.ts';

/** One setting; the type of its value is that of `read`. */
export interface Setting<Value> {
  /** The canonical name first, then the names that users of other proxies already have. */
  readonly names: readonly [string, ...string[]];
  /** Undefined: without the setting there is nothing. */
  readonly fallback: Value;
  /** What a right value looks like; completes "… must be". */
  readonly expected: string;
  /** The value; when the text is not right undefined, or what is wrong with which part of it. */
  read(text: string): Value | Mistakes | undefined;
  /** A text that `read` would read as this value; not for lists and maps. */
  write(value: NonNullable<Value>): string;
}

/** Keeps the type of each value. */
export function setting<Value>(
  names: Setting<Value>['names'],
  fallback: Value,
  expected: string,
  read: Setting<Value>['read'],
  write: Setting<Value>['write'] = String,
): Setting<Value> {
  return { names, fallback, expected, read, write };
}

/** Given out in milliseconds. */
export function seconds<Value extends number | undefined>(
  name: string,
  fallback: Value,
  ...aliases: string[]
): Setting<number | Value> {
  return setting<number | Value>(
    [name, ...aliases],
    fallback,
    'seconds, more than 0 and at most 86400',
    (text) => {
      const number = Number(text);
      const isRight = /^\d+(\.\d+)?$/.test(text) && number > 0 && number <= 86_400;
      return isRight ? Math.ceil(number * 1000) : undefined;
    },
    (milliseconds) => String(milliseconds / 1000),
  );
}

/** A whole number of `unit`s, given out as so many times `factor`. */
export function whole<Value extends number | undefined>(
  names: Setting<number>['names'],
  fallback: Value,
  unit: string,
  [least, most]: readonly [number, number],
  factor = 1,
): Setting<number | Value> {
  const read = (text: string): number | undefined => {
    const number = Number(text);
    const isRight = /^\d+$/.test(text) && number >= least && number <= most;
    return isRight ? number * factor : undefined;
  };
  return setting<number | Value>(
    names,
    fallback,
    `${unit}, from ${least} to ${most}`,
    read,
    (value) => String(value / factor),
  );
}

/** One of a few, in any case. */
export function word<Word extends string>(name: string, fallback: Word, words: readonly Word[]) {
  return setting<Word>([name], fallback, `one of ${words.join(', ')}`, (text) =>
    words.find((candidate) => candidate === text.toLowerCase()),
  );
}

/** Any text. */
export function free<Value extends string | undefined>(
  name: string,
  fallback: Value,
  expected: string,
): Setting<string | Value> {
  return setting<string | Value>([name], fallback, expected, (given) => given);
}

/** `0` or `1`. */
export function flag(name: string): Setting<boolean> {
  return setting(
    [name],
    false,
    '0 or 1',
    (given) => (/^[01]$/.test(given) ? given === '1' : undefined),
    (value) => (value ? '1' : '0'),
  );
}

/** Completes "… must be" for what {@link plainUrl} reads. */
export const URL_EXPECTED = 'an http or https URL without a query or a login';

/** Without a trailing slash; undefined when it is no http or https URL, or has a query or a login. */
export function plainUrl(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
