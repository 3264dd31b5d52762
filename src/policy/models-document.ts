/**
 * The forms that a model map comes in: names and lines; a document that has them under `models`; and such
 * a document of poe2openai's, where a line is a bot of Poe's and says what it is called here:
 * `{"enable": true, "models": {"gpt-4o": {"mapping": "my-gpt"}}, "custom_models": [{"id": "my-bot"}]}`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';

/** One entry, with a line of ours; not yet checked. */
export interface MapEntry {
  /** For mistakes: which one it is. */
  readonly place: string;
  readonly name: string;
  readonly line: JsonValue;
  /** Of what another entry says, and not where the name has a line of its own. */
  readonly follows?: boolean;
}

/** All that a document may have. A map of names to bots has other words. */
const DOCUMENT: ReadonlySet<string> = new Set([
  'enable',
  'models',
  'custom_models',
  // Of poe2openai: how it asks Poe for its list.
  'api_token',
  'use_v1_api',
]);

/** Poe's replaced texts are settled for every bot. */
const THEIR_LINE: ReadonlySet<string> = new Set(['mapping', 'enable', 'replace_response']);

/** @param problems Gets what is wrong with the document itself. */
export function entriesOf(json: JsonObject, problems: string[]): readonly MapEntry[] {
  const words = Object.keys(json);
  if (words.length === 0 || !words.every((word) => DOCUMENT.has(word))) return linesOf(json);
  const { enable = true, models, custom_models: custom } = json;
  // Their page writes null where it was never switched on.
  if (enable === false || enable === null) return [];
  if (enable !== true) problems.push('enable must be true or false');
  const isMap = isJsonObject(models ?? {});
  if (!isMap) problems.push('models must be an object of names and lines');
  const bots: JsonValue = custom ?? [];
  if (!Array.isArray(bots)) problems.push('custom_models must be a list');
  return [
    ...linesOf(isMap && models ? (models as JsonObject) : {}).flatMap((entry) =>
      ours(entry, problems),
    ),
    ...(Array.isArray(bots) ? bots : []).map(customEntry),
  ].sort((one, other) => Number(one.follows ?? false) - Number(other.follows ?? false));
}

function linesOf(models: JsonObject): readonly MapEntry[] {
  return Object.entries(models).map(([name, line = null], index) => ({
    place: `entry ${index + 1}`,
    name,
    line,
  }));
}

/** A line of theirs as lines of ours. */
function ours(entry: MapEntry, problems: string[]): readonly MapEntry[] {
  const { place, name, line } = entry;
  if (line === null) return [];
  const isTheirs = isJsonObject(line) && Object.keys(line).every((field) => THEIR_LINE.has(field));
  if (!isTheirs) return [entry];
  const mapping = line['mapping'] ?? undefined;
  const isShown = line['enable'] ?? true;
  if (typeof isShown !== 'boolean')
    problems.push(`${place} has a wrong enable: it must be true or false`);
  if (mapping === undefined && isShown !== false) return [];
  // A bot that is called something else, or is not shown, still answers to its own name.
  const unlisted: MapEntry = { place, name, line: { listed: false }, follows: true };
  if (mapping === undefined) return [unlisted];
  if (typeof mapping !== 'string') {
    problems.push(`${place} has a wrong mapping: it must be a text`);
    return [];
  }
  const alias = mapping.toLowerCase();
  return [{ place, name: alias, line: { model: name, listed: isShown !== false } }, unlisted];
}

/** A bot that Poe does not list, for lists to show. */
function customEntry(bot: JsonValue, index: number): MapEntry {
  const { id, owned_by, created }: JsonObject = isJsonObject(bot) ? bot : {};
  return {
    place: `custom_models ${index + 1}`,
    name: typeof id === 'string' ? id.toLowerCase() : '',
    line: { listed: true, owned_by, created },
    follows: true,
  };
}
