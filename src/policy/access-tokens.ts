/**
 * `ACCESS_TOKENS`: who may use the pool of keys. A token is a text, or an object that also names it
 * and says what it may do. What anybody could guess is refused.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { Mistakes } from '../lib/mistakes.ts';
import type { AccessToken } from './access.ts';
import { type FieldChecks, wrongFields } from './field-checks.ts';
import { type Entry, problemOf, readEntries, weaknessOf } from './secret-list.ts';

const LONGEST_NAME = 64;
const MOST_MODELS = 1_000;
const MOST_RPM = 1_000_000;
const MOST_POINTS = 1_000_000_000_000;

/** Of an object, beside the token. */
const FIELDS: FieldChecks = {
  name: { must: `be 1 to ${LONGEST_NAME} characters`, isRight: isName },
  models: { must: 'be a list of names without a vendor before them, ["gpt-*"]', isRight: isModels },
  rpm: {
    must: `be a whole number from 1 to ${MOST_RPM}`,
    isRight: (value) => isWhole(value, MOST_RPM),
  },
  points_per_day: {
    must: `be a whole number from 1 to ${MOST_POINTS}`,
    isRight: (value) => isWhole(value, MOST_POINTS),
  },
};

/** Reads the setting; undefined when it is no list. */
export function readAccessTokens(text: string): readonly AccessToken[] | Mistakes | undefined {
  const entries = readEntries(text);
  if (entries === undefined) return undefined;
  const problems: string[] = [];
  const tokens = new Map<string, AccessToken>();
  const names = new Set<string>();
  for (const entry of entries) {
    const wrong = problemsOf(entry);
    if (wrong.length > 0) {
      problems.push(...wrong.map((problem) => `entry ${entry.place} ${problem}`));
      continue;
    }
    const token = tokenOf(entry);
    // The same text again says nothing new; the same token with other rights does.
    if (tokens.has(token.token) && typeof entry.value === 'string') continue;
    if (tokens.has(token.token)) problems.push(`entry ${entry.place} has the token of another`);
    if (names.has(token.name)) problems.push(`entry ${entry.place} has the name of another`);
    tokens.set(token.token, token);
    names.add(token.name);
  }
  // Names are logged.
  if ([...names].some((name) => [...tokens.keys()].some((token) => name.includes(token))))
    problems.push('a name has a token in it');
  return problems.length > 0 ? new Mistakes(problems) : [...tokens.values()];
}

function problemsOf({ value }: Entry): readonly string[] {
  const fields: JsonObject = isJsonObject(value) ? value : { token: value };
  const problem = problemOf(trimmed(fields['token'])) ?? weaknessOf(trimmed(fields['token']));
  const problems = [...(problem === undefined ? [] : [problem]), ...wrongFields(fields, FIELDS)];
  // Not by its name, which may be a token in the wrong place.
  if (Object.keys(fields).some((name) => name !== 'token' && !Object.hasOwn(FIELDS, name)))
    problems.push('has a field that is not name, token, models, rpm or points_per_day');
  return problems;
}

/** Of an entry without problems. */
function tokenOf({ place, value }: Entry): AccessToken {
  const fields: JsonObject = isJsonObject(value) ? value : { token: value };
  const { name, token, models, rpm, points_per_day: pointsPerDay } = fields;
  return {
    name: typeof name === 'string' ? name.trim() : `token-${place}`,
    token: String(token).trim(),
    ...(Array.isArray(models) && { models: models.map((model) => inOneForm(String(model))) }),
    ...(typeof rpm === 'number' && { rpm }),
    ...(typeof pointsPerDay === 'number' && { pointsPerDay }),
  };
}

function trimmed(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === 'string' ? value.trim() : value;
}

function inOneForm(model: string): string {
  return model.trim().toLowerCase();
}

function isWhole(value: JsonValue, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
}

function isName(value: JsonValue): boolean {
  return typeof value === 'string' && /\S/.test(value) && value.trim().length <= LONGEST_NAME;
}

function isModels(value: JsonValue): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST_MODELS &&
    value.every((model) => typeof model === 'string' && /\S/.test(model) && !model.includes('/'))
  );
}
