/**
 * A simple value that fits a JSON schema, for the arguments of a tool call or an answer in JSON. Covers what
 * schemas use in practice (types, enums, alternatives, local references, the usual formats); patterns are not tried.
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

/** String format → a string of it. */
const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-11-21',
  'date-time': '2026-11-21T01:00:00Z',
  email: 'someone@example.com',
  time: '01:00:00Z',
  uri: 'https://example.com/',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
};

/** 1 where the schema allows it; else what it does allow at its bounds, beside them or between them. */
function numberIn(schema: JsonObject, isWhole: boolean): number {
  // What is not there is NaN, and no comparison with it is true.
  const [minimum, above, maximum, below, unit] = [
    schema['minimum'],
    // Draft 4 has `true` here, beside the bound.
    schema[schema['exclusiveMinimum'] === true ? 'minimum' : 'exclusiveMinimum'],
    schema['maximum'],
    schema[schema['exclusiveMaximum'] === true ? 'maximum' : 'exclusiveMaximum'],
    schema['multipleOf'],
  ].map((value) => (typeof value === 'number' ? value : Number.NaN)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const isAllowed = (value: number): boolean =>
    Number.isFinite(value) &&
    (!isWhole || Number.isInteger(value)) &&
    !(value < minimum || value <= above || value > maximum || value >= below) &&
    !(Math.abs(value / unit - Math.round(value / unit)) > 1e-9);
  const bounds = [minimum, above, maximum, below].filter(Number.isFinite);
  const middle = (Math.min(...bounds) + Math.max(...bounds)) / 2;
  const step = unit > 0 ? unit : 1;
  const near = [1, ...bounds, middle].flatMap((value) => {
    const [down, up] = [Math.floor(value / step), Math.ceil(value / step)];
    return [value, up * step, down * step, (down + 1) * step, (up - 1) * step];
  });
  return near.find(isAllowed) ?? 1;
}

/** JSON type → a value of it. */
const SAMPLERS: Readonly<Record<string, Sampler>> = {
  string: ({ format, minLength, maxLength }, { name }) => {
    const text = (FORMATS[String(format)] ?? name).padEnd(Number(minLength ?? 0), 'x');
    return typeof maxLength === 'number' ? text.slice(0, maxLength) : text;
  },
  number: (schema) => numberIn(schema, false),
  integer: (schema) => numberIn(schema, true),
  boolean: () => true,
  null: () => null,
  array: ({ items, minItems, maxItems }, place) => {
    if (place.depth >= DEEPEST || maxItems === 0) return [];
    const count = typeof minItems === 'number' ? Math.max(1, minItems) : 1;
    const item = sample(items, { ...place, depth: place.depth + 1 });
    return Array.from({ length: count }, () => item);
  },
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
