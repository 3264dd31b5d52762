/**
 * Which bot answers to a name, and what the model map says for it. Any case, with or without a vendor's
 * prefix or Claude Code's `[1m]`. All lines that fit count; where several say something of one thing,
 * the most exact one does.
 */
import type { Defaults } from '../core/defaults.ts';
import type { ModelCard } from '../core/model.ts';
import { isControl } from '../core/parameters.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import { fits } from '../lib/wildcard.ts';
import type { ModelLine, ModelMap } from './model-map.ts';
import { type ModelsById, resolveModelName } from './model-name.ts';

/** Of a name with its vendors, in UTF-16 code units; the rules would take long over a longer one. */
const LONGEST = 300;

/** What a name comes to. */
export interface ModelChoice extends Defaults {
  /** The bot's name as Poe knows it. */
  readonly model: string;
  readonly isHidden: boolean;
  readonly isListed: boolean;
  /** Undefined: as `UPSTREAM` has it. */
  readonly upstream: ModelLine['upstream'];
  /** The line that made another bot of the name. */
  readonly alias: ModelLine | undefined;
  /** The line of the whole name. */
  readonly line: ModelLine | undefined;
}

/** A model as lists show it. */
export interface ShownModel {
  readonly card: ModelCard;
  /** What Poe calls it. */
  readonly model: string;
}

/**
 * @param name As the client says it; not blank. One that is longer than any is hidden.
 * @param models Poe's list, when it is at hand.
 */
export function chooseModel(map: ModelMap, name: string, models?: ModelsById): ModelChoice {
  if (name.length > LONGEST) return { ...unmapped(name), isHidden: true, isListed: false };
  // Most gateways have no map, and each request comes by here.
  if (map.length === 0) return unmapped(resolveModelName(name, name, models));
  const wanted = name.trim().toLowerCase();
  const bare = wanted.replace(/\[1m\]$|^[^]*\//g, '').trim();
  const isAsked = ({ pattern }: ModelLine): boolean => fits(pattern, wanted) || fits(pattern, bare);
  // One step: what a line says is not looked up again.
  const alias = map.find((line) => line.model !== undefined && isAsked(line));
  const model = resolveModelName(alias?.model ?? name, name, models);
  const atPoe = model.toLowerCase();
  const isOfBot = ({ pattern }: ModelLine): boolean => fits(pattern, atPoe);
  // What stands beside another bot's name is about that one.
  const about = map.filter((line) => line === alias || line.model === undefined);
  const lines = alias
    ? [...about.filter(isAsked), ...about.filter(isOfBot)]
    : about.filter((line) => isAsked(line) || isOfBot(line));
  return {
    model,
    // A name that stands for a bot was given to be used.
    isHidden:
      first(lines, ({ hidden, model: bot }) => hidden ?? (bot ? false : undefined)) === true,
    isListed: first(lines, (one) => one.listed ?? (isName(one) ? true : undefined)) !== false,
    upstream: first(lines, (one) => one.upstream),
    system: first(lines, (one) => one.system),
    parameters: parametersOf(lines),
    alias,
    line: map.find(({ pattern }) => pattern === wanted || pattern === bare),
  };
}

/** No line says anything. */
function unmapped(model: string): ModelChoice {
  return {
    model,
    isHidden: false,
    isListed: true,
    upstream: undefined,
    alias: undefined,
    line: undefined,
  };
}

/** All that a client may pick: the map's own names, then Poe's. */
export function listModels(map: ModelMap, models: ModelsById): readonly ShownModel[] {
  const own = map.filter(isShown);
  const patterns = new Set(own.map(({ pattern }) => pattern));
  const ids = [...models.keys()].filter((id) => !patterns.has(id));
  return [...own.map(({ name }) => name), ...ids].flatMap((name) => {
    const choice = chooseModel(map, name, models);
    return !choice.isHidden && choice.isListed ? (shownAs(name, choice, models) ?? []) : [];
  });
}

/** One model, by any name that a request could give; undefined: nobody knows it, or it is hidden. */
export function findModel(map: ModelMap, name: string, models: ModelsById): ShownModel | undefined {
  const choice = chooseModel(map, name, models);
  const { isHidden, line, alias, model } = choice;
  if (isHidden) return undefined;
  return shownAs(line && isShown(line) ? line.name : alias ? name : model, choice, models);
}

function shownAs(
  name: string,
  { model, line }: ModelChoice,
  models: ModelsById,
): ShownModel | undefined {
  const card = models.get(model);
  if (card)
    return {
      model,
      card: name.toLowerCase() === card.id ? card : { ...card, id: name, displayName: name },
    };
  // One of the community's: nothing is known of it but that it is wanted in the list.
  if (!line || !isShown(line)) return undefined;
  const { owned_by: owner = 'poe', created = 0 } = line;
  const unknown = { outputModalities: [], parameters: new Map(), entry: {} };
  return { model, card: { id: name, displayName: name, owner, created, ...unknown } };
}

/** Of each the most exact; an effort and a budget are two words for one thing. */
function parametersOf(lines: readonly ModelLine[]): JsonObject {
  const said = new Map<string, JsonValue | undefined>();
  let isThoughtOf = false;
  for (const { parameters = {} } of lines) {
    for (const [name, value] of Object.entries(parameters))
      if (!said.has(name) && !(isThoughtOf && isControl(name))) said.set(name, value);
    isThoughtOf ||= Object.keys(parameters).some(isControl);
  }
  return Object.fromEntries(said);
}

/** The name stands for a bot. */
function isName({ model, pattern }: ModelLine): boolean {
  return model !== undefined && !pattern.includes('*');
}

function isShown(line: ModelLine): boolean {
  return !line.pattern.includes('*') && (line.listed ?? isName(line));
}

/** What the first line says that says something. */
function first<Value>(
  lines: readonly ModelLine[],
  says: (line: ModelLine) => Value | undefined,
): Value | undefined {
  for (const line of lines) {
    const value = says(line);
    if (value !== undefined) return value;
  }
  return undefined;
}
