/**
 * What `config.toml` says → settings by canonical name, as the environment would have them. Names are
 * taken in any case, with `-`, `_` or nothing between their words, as older proxies write them.
 */
import { SETTINGS } from '../settings.ts';

/** A setting's name in this code. */
type SettingName = keyof typeof SETTINGS;

/** Settings that a file gives, and what is to be said of it. */
export interface FromFile {
  /** Texts by canonical name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where each stands, by canonical name: `rate-limit in config.toml`. */
  readonly places: Readonly<Record<string, string>>;
  /** What keeps a server from starting; for `ConfigError`. */
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** Texts of theirs are lists or objects in JSON; `noProxy` is a list with commas. */
const TAKE_MANY: ReadonlySet<SettingName> = new Set([
  'poeApiKeys',
  'accessTokens',
  'modelMap',
  'noProxy',
]);

/** Of older proxies, for parts that they had and Poeway has not. */
const OF_NO_USE = new Set(['gateway', 'gatewayport', 'apitimeout', 'autoreload']);

/** What Poe's website called its bots in 2023; nobody answers to these names now. */
const GIVEN_UP = new Set(
  'capybara beaver chinchilla agouti vizcacha nutria acouchy hutia a2 a2_2 a2_100k'.split(' '),
);

/** Names in a warning. */
const MOST_NAMES = 10;
const LONGEST_NAME = 40;

const KNOWN: ReadonlyMap<string, SettingName> = new Map(
  Object.entries(SETTINGS).flatMap(([setting, { names }]) =>
    names.map((name) => [squeezed(name), setting as SettingName] as const),
  ),
);

/** Reads the table of the whole file. */
export function settingsOfToml(table: Readonly<Record<string, unknown>>): FromFile {
  const settings: Record<string, string> = {};
  const places: Record<string, string> = {};
  const mistakes: string[] = [];
  const warnings: string[] = [];
  const unknown: string[] = [];
  for (const [name, given] of Object.entries(table)) {
    const isBots = squeezed(name) === 'bot';
    const setting = isBots ? 'modelMap' : KNOWN.get(squeezed(name));
    if (setting === undefined) {
      if (!OF_NO_USE.has(squeezed(name))) unknown.push(name);
      continue;
    }
    const { names, expected } = SETTINGS[setting];
    const place = `${name} in config.toml`;
    const value = isBots ? botsOf(given, place, warnings) : given;
    const text = textOf(value, setting);
    if (text === undefined) mistakes.push(`${place} must be ${expected}.`);
    else if (text.trim() === '') continue;
    else if (places[names[0]] !== undefined)
      mistakes.push(`${place} and ${places[names[0]]} are the same setting: keep one.`);
    else {
      settings[names[0]] = text;
      places[names[0]] = place;
    }
  }
  if (unknown.length > 0)
    warnings.push(`config.toml has settings that are not known here: ${listed(unknown)}`);
  return { settings, places, mistakes, warnings };
}

function squeezed(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** As the environment would say it; undefined when it cannot. */
function textOf(value: unknown, setting: SettingName): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Date || !TAKE_MANY.has(setting)) return undefined;
  if (Object.keys(value ?? {}).length === 0) return '';
  if (setting !== 'noProxy') return JSON.stringify(value);
  return Array.isArray(value) && value.every((host) => typeof host === 'string')
    ? value.join(',')
    : undefined;
}

/** The Go proxy's model map, or the one bot that answered to all names. */
function botsOf(given: unknown, place: string, warnings: string[]): unknown {
  const bots = typeof given === 'string' ? { '*': given } : given;
  if (typeof bots !== 'object' || bots === null || Array.isArray(bots)) return given;
  const lines = Object.entries(bots).filter(([, bot]) => bot !== '');
  const right = lines.filter(([, bot]) => !GIVEN_UP.has(String(bot)));
  if (right.length < lines.length) {
    const gone = new Set(lines.map(([, bot]) => String(bot)).filter((bot) => GIVEN_UP.has(bot)));
    warnings.push(
      `${place} has names that Poe gave up in 2023; these lines are left out: ${[...gone].join(', ')}`,
    );
  }
  return right.length === 0 ? '' : Object.fromEntries(right);
}

/** Names as a log can show them. */
function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name) => name.replace(/\p{Cc}/gu, '?').slice(0, LONGEST_NAME));
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? `, and ${rest} more` : '');
}
