/**
 * `MODEL_MAP`: the names that clients insist on (`claude-opus-4-8`, `gpt-4*`) and the bots that answer
 * to them; what is shown of a bot, and what is asked of it where the client does not say. Here it is
 * read; `model-choice.ts` follows it.
 */
import { type Defaults, STANDARD_PARAMETERS } from '../core/defaults.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../lib/json.ts';
import { Mistakes } from '../lib/mistakes.ts';
import { type FieldCheck, type FieldChecks, wrongFields } from './field-checks.ts';
import { entriesOf, type MapEntry } from './models-document.ts';

/** More names than anybody maps by hand. */
const MOST = 1_000;
/** Of a system prompt, in UTF-16 code units. */
const LONGEST = 100_000;

/** One line of the map: a name, or a pattern of names, and what holds for it. */
export interface ModelLine extends Defaults {
  /** Lower case; may have `*` in it. */
  readonly pattern: string;
  /** As it was written: what lists show. */
  readonly name: string;
  /** The bot that answers; undefined: the line is about the bot of that name. */
  readonly model?: string;
  /** Whether lists show it; undefined: a name that stands for a bot is shown. */
  readonly listed?: boolean;
  /** Neither shown nor answered under this name. */
  readonly hidden?: boolean;
  /** As `UPSTREAM`. */
  readonly upstream?: 'auto' | 'chat' | 'bot';
  /** What lists say of a bot that Poe does not list. */
  readonly owned_by?: string;
  /** The same; Unix seconds. */
  readonly created?: number;
}

/** The lines, the most exact first: whole names, then of two patterns the one that says more. */
export type ModelMap = readonly ModelLine[];

const text = textOf(200);
const flag: FieldCheck = {
  must: 'be true or false',
  isRight: (value) => typeof value === 'boolean',
};

/** Of a line. */
const FIELDS: FieldChecks = {
  model: text,
  listed: flag,
  hidden: flag,
  parameters: { must: 'be an object of names and values', isRight: isJsonObject },
  upstream: {
    must: 'be auto, chat or bot',
    isRight: (value) => value === 'auto' || value === 'chat' || value === 'bot',
  },
  system: textOf(LONGEST),
  owned_by: text,
  created: { must: 'be in Unix seconds', isRight: (value) => Number.isInteger(value) },
};

/** Reads the JSON of the setting; undefined when it is no object. */
export function readModelMap(given: string): ModelMap | Mistakes | undefined {
  const json = parseJson(given);
  if (!isJsonObject(json)) return undefined;
  const problems: string[] = [];
  const entries = entriesOf(json, problems);
  if (entries.length > MOST) return new Mistakes([`has more than ${MOST} entries`]);
  const lines = new Map<string, ModelLine>();
  for (const entry of entries) {
    const wrong = problemsOf(entry);
    problems.push(...wrong.map((problem) => `${entry.place} ${problem}`));
    if (wrong.length > 0) continue;
    const line = lineOf(entry);
    const other = lines.get(line.pattern);
    if (!other) lines.set(line.pattern, line);
    // What follows from another line is less than what stands there.
    else if (entry.follows !== true && !isSame(line, other))
      problems.push(`${entry.place} has the name of another, and says something else`);
  }
  return problems.length > 0 ? new Mistakes(problems) : sorted([...lines.values()]);
}

/** The lines of both; of one name those of the first. */
export function mergeModelMaps(first: ModelMap, second: ModelMap): ModelMap {
  const names = new Set(first.map(({ pattern }) => pattern));
  return sorted([...first, ...second.filter(({ pattern }) => !names.has(pattern))]);
}

function problemsOf({ name, line }: MapEntry): readonly string[] {
  const problems = isText(name, 200) ? [] : ['has no name, or a very long one'];
  if (typeof line === 'string')
    return text.isRight(line) ? problems : [...problems, 'does not name a bot'];
  if (!isJsonObject(line))
    return [...problems, 'must be the name of a bot, or an object that says more'];
  problems.push(...wrongFields(said(line), FIELDS));
  if (Object.keys(line).some((field) => !Object.hasOwn(FIELDS, field)))
    problems.push(`has a field that is not one of ${Object.keys(FIELDS).join(', ')}`);
  const { parameters } = line;
  if (isJsonObject(parameters))
    problems.push(...wrongFields(parameters, STANDARD_PARAMETERS, 'parameters.'));
  return problems;
}

/** Of an entry without problems. */
function lineOf({ name, line }: MapEntry): ModelLine {
  const fields = said(isJsonObject(line) ? line : { model: line });
  // Each field is what `FIELDS` says that it must be.
  return {
    ...(fields as Omit<ModelLine, 'pattern' | 'name'>),
    pattern: name.trim().toLowerCase(),
    name: name.trim(),
  };
}

/** Without what is null: in YAML that is a word with nothing behind it. */
function said(line: JsonObject): JsonObject {
  const fields = Object.entries(line).flatMap(([field, value]) =>
    value === null || value === undefined
      ? []
      : [[field, typeof value === 'string' ? value.trim() : value] as const],
  );
  return Object.fromEntries(fields);
}

function textOf(longest: number): FieldCheck {
  return {
    must: `be a text of 1 to ${longest} characters`,
    isRight: (value) => isText(value, longest),
  };
}

function isText(value: JsonValue, longest: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.trim().length <= longest;
}

function isSame(one: ModelLine, other: ModelLine): boolean {
  return JSON.stringify({ ...one, name: '' }) === JSON.stringify({ ...other, name: '' });
}

function sorted(lines: readonly ModelLine[]): ModelMap {
  return lines.toSorted((one, other) => exactness(other) - exactness(one));
}

function exactness({ pattern }: ModelLine): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.MAX_SAFE_INTEGER;
}
