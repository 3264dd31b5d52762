/**
 * `MODEL_MAP`: the names that clients insist on (`claude-opus-4-8`, `gpt-4*`) and the bots that answer
 * to them here. Any case; `*` stands for anything; a whole name goes before a pattern, and of two
 * patterns the one that says more.
 */
import { isJsonObject, parseJson } from '../lib/json.ts';
import { fits } from '../lib/wildcard.ts';

/** More names than anybody maps by hand. */
const MOST = 1_000;

/** One line of the map. */
interface MappedModel {
  /** Lower case; may have `*` in it. */
  readonly pattern: string;
  readonly model: string;
}

/** The lines, the most exact first. */
export type ModelMap = readonly MappedModel[];

/** Reads the JSON of the setting; undefined when it is no map of names to names. */
export function readModelMap(text: string): ModelMap | undefined {
  const json = parseJson(text);
  if (!isJsonObject(json) || Object.keys(json).length > MOST) return undefined;
  const lines: MappedModel[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== 'string' || value.trim() === '' || name.trim() === '') return undefined;
    lines.push({ pattern: name.trim().toLowerCase(), model: value.trim() });
  }
  return lines.sort((one, other) => exactness(other) - exactness(one));
}

function exactness({ pattern }: MappedModel): number {
  const letters = pattern.replaceAll('*', '').length;
  return pattern.includes('*') ? letters : Number.MAX_SAFE_INTEGER;
}

/**
 * What the map has for a name, with or without its vendor's prefix, or the name itself. One step: what
 * a line says is not looked up again.
 */
export function mapModel(map: ModelMap, name: string): string {
  const wanted = name.trim().toLowerCase();
  const bare = wanted.slice(wanted.lastIndexOf('/') + 1);
  const line =
    map.find(({ pattern }) => fits(pattern, wanted)) ??
    map.find(({ pattern }) => fits(pattern, bare));
  return line?.model ?? name;
}
