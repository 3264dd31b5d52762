/**
 * A simple value that fits a JSON schema, for the arguments of a tool call. Covers what tools use
 * in practice (types, enums, alternatives, local references); patterns and formats are not tried.
 */
import { isObject, type JsonObject } from '../json.ts';

/** Recursive schemas end here. */
const DEEPEST = 6;

interface Place {
  readonly root: JsonObject;
  readonly depth: number;
  /** The property's name: the text of a string value. */
  readonly name: string;
}

type Sampler = (schema: JsonObject, place: Place) => unknown;

/** JSON type → a value of it. */
const SAMPLERS: Readonly<Record<string, Sampler>> = {
  string: (_, { name }) => name,
  number: ({ minimum }) => (typeof minimum === 'number' ? minimum : 1),
  integer: ({ minimum }) => (typeof minimum === 'number' ? Math.ceil(minimum) : 1),
  boolean: () => true,
  null: () => null,
  array: ({ items }, place) =>
    place.depth >= DEEPEST ? [] : [sample(items, { ...place, depth: place.depth + 1 })],
  object: ({ properties }, place) => {
    if (!isObject(properties) || place.depth >= DEEPEST) return {};
    const members = Object.entries(properties).map(([name, schema]) => [
      name,
      sample(schema, { ...place, depth: place.depth + 1, name }),
    ]);
    return Object.fromEntries(members);
  },
};

/** Follows `#/a/b`; anything else is no schema. */
function referenced(path: string, root: JsonObject): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), root);
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function sample(schema: unknown, place: Place): unknown {
  if (!isObject(schema)) return place.name;
  if ('const' in schema) return schema['const'];
  const choice = first(schema['enum']);
  if (choice !== undefined) return choice;
  const reference = schema['$ref'];
  if (typeof reference === 'string' && place.depth < DEEPEST) {
    return sample(referenced(reference, place.root), { ...place, depth: place.depth + 1 });
  }
  const alternative = ['anyOf', 'oneOf', 'allOf'].map((key) => first(schema[key])).find(isObject);
  if (alternative) return sample(alternative, place);
  const type = first(schema['type']) ?? schema['type'] ?? (schema['properties'] && 'object');
  const sampler = SAMPLERS[String(type)] ?? SAMPLERS['string'];
  return sampler?.(schema, place);
}

/** Arguments for a tool whose parameters have this schema; `{}` for one without. */
export function sampleOf(schema: unknown): unknown {
  return isObject(schema)
    ? sample({ type: 'object', ...schema }, { root: schema, depth: 0, name: 'text' })
    : {};
}
