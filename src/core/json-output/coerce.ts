/**
 * The slips of models that have one reading: a number or a list written as a string, `null` for an
 * optional property. They are mended rather than asked about again, which would cost points.
 */
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { schemaProblems } from './schema.ts';

/** A value that fits its schema, or what is wrong with the value that was given. */
export type Fit =
  | { readonly value: JsonValue; readonly changed: boolean }
  | { readonly problems: readonly string[] };

/**
 * Checks a value, and mends it if that makes it fit:
 *
 * - `"5"` where only a number is allowed, `"true"` where only a boolean is: the value itself
 * - `5` or `true` where only a string is allowed: the string
 * - `"[…]"` or `"{…}"` where only an array or an object is allowed: what it holds
 * - `null` for an optional property that cannot be null: the property is left out
 */
export function fitToSchema(value: JsonValue, schema: JsonValue | undefined): Fit {
  const problems = schemaProblems(value, schema);
  if (problems.length === 0) return { value, changed: false };
  const mended = mend(value, schema, 0);
  if (schemaProblems(mended, schema).length === 0) return { value: mended, changed: true };
  return { problems };
}

/** Deeper than any schema of a person's making. */
const DEPTH_LIMIT = 32;

function mend(value: JsonValue, schema: JsonValue | undefined, depth: number): JsonValue {
  if (!isJsonObject(schema) || depth > DEPTH_LIMIT) return value;
  const types = typesOf(schema);
  const typed = types.length === 0 || types.some((type) => isType(value, type));
  const fitted = typed ? value : (types.map((type) => asType(value, type)).find(isThere) ?? value);
  if (Array.isArray(fitted)) {
    const items: readonly JsonValue[] = fitted;
    return items.map((item) => mend(item, schema['items'], depth + 1));
  }
  return isJsonObject(fitted) ? mendObject(fitted, schema, depth) : fitted;
}

function mendObject(value: JsonObject, schema: JsonObject, depth: number): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const entries = Object.entries(value).flatMap(([key, item]): [string, JsonValue][] => {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (item === undefined) return [];
    const surplus = item === null && !required.includes(key) && !allowsNull(own);
    return surplus ? [] : [[key, mend(item, own, depth + 1)]];
  });
  return Object.fromEntries(entries);
}

function allowsNull(schema: JsonValue | undefined): boolean {
  const types = isJsonObject(schema) ? typesOf(schema) : [];
  return types.length === 0 || types.includes('null');
}

function typesOf({ type }: JsonObject): readonly string[] {
  const types: readonly JsonValue[] = Array.isArray(type) ? type : [type ?? null];
  return types.filter((name): name is string => typeof name === 'string');
}

function isType(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

/** The value as that type, if it is plain how. */
function asType(value: JsonValue, type: string): JsonValue | undefined {
  if (type === 'string')
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  if (typeof value !== 'string' || type === 'null') return undefined;
  const word = value.trim();
  const read = parseJson(type === 'boolean' ? word.toLowerCase() : word);
  return read !== undefined && isType(read, type) ? read : undefined;
}

function isThere(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined;
}
