/**
 * A value against a client's JSON schema. Schemas come from anybody, so nothing here throws and
 * nothing takes long: a schema that makes no sense checks nothing, `format` is an annotation (as
 * it is by default in 2020-12), and of `pattern` only what is surely fast is checked.
 */
import { Validator, type OutputUnit, type Schema, type SchemaDraft } from '@cfworker/json-schema';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';

/** More problems than this are not told: the first ones are what a model mends. */
const MOST_PROBLEMS = 5;

/** References looked up for one value; a small schema of nested choices could take years. */
const REFERENCE_LIMIT = 20_000;

/** Arrays are compared item by item with each other only in values up to this size, as JSON text. */
const UNIQUE_LIMIT = 16 * 1024;

/** These only say that a part is wrong; the part's own problem follows. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'items',
  'prefixItems',
  '$ref',
  '$recursiveRef',
  'allOf',
  'if',
  'dependentSchemas',
]);

/** @returns What is wrong with the value, in words for a model; empty when it fits. */
export function schemaProblems(value: JsonValue, schema: JsonValue | undefined): readonly string[] {
  if (schema === false) return ['Nothing is allowed here.'];
  if (!isJsonObject(schema)) return [];
  try {
    // A copy: the validator writes into the schema.
    const large = JSON.stringify(value).length > UNIQUE_LIMIT;
    const copy = checkable(schema, large);
    const validator = new LimitedValidator(copy as Schema, draftOf(schema), false);
    const { valid, errors } = validator.validate(value);
    return valid ? [] : describe(errors);
  } catch {
    return [];
  }
}

/** Stops a check that looks up too many references; the schema then counts as none. */
class LimitedValidator extends Validator {
  constructor(schema: Schema, draft: SchemaDraft, shortCircuit: boolean) {
    super(schema, draft, shortCircuit);
    const schemas = this as unknown as { lookup: Record<string, Schema | boolean> };
    let lookups = 0;
    schemas.lookup = new Proxy(schemas.lookup, {
      get(target, key) {
        lookups += 1;
        if (lookups > REFERENCE_LIMIT) throw new Error('The schema refers to itself too often.');
        return typeof key === 'string' ? target[key] : undefined;
      },
    });
  }
}

function draftOf({ $schema }: JsonObject): SchemaDraft {
  const name = typeof $schema === 'string' ? $schema : '';
  if (/draft-0?4\b/.test(name)) return '4';
  if (/draft-0?[67]\b/.test(name)) return '7';
  return name.includes('2019-09') ? '2019-09' : '2020-12';
}

/** Keywords whose values hold schemas by name: there, a key is no keyword. */
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

/** Keywords whose values are data, not schemas. */
const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);

const TYPES: ReadonlySet<JsonValue> = new Set([
  'array',
  'boolean',
  'integer',
  'null',
  'number',
  'object',
  'string',
]);

/** A copy of the schema without what could take long or makes no sense. */
function checkable(schema: JsonValue, large: boolean): JsonValue {
  if (Array.isArray(schema))
    return (schema as readonly JsonValue[]).map((part) => checkable(part, large));
  if (!isJsonObject(schema)) return schema;
  const unread = (key: string, value: JsonValue): boolean =>
    key === 'format' ||
    (key === 'type' && ![value].flat().every((name) => TYPES.has(name))) ||
    (key === 'pattern' && !(typeof value === 'string' && isQuick(value))) ||
    (key === 'uniqueItems' && large);
  const entries = Object.entries(schema).flatMap(([key, value]): [string, JsonValue][] => {
    if (value === undefined || unread(key, value)) return [];
    if (DATA.has(key)) return [[key, value]];
    if (MAPS.has(key) && isJsonObject(value)) return [[key, mapValues(value, large)]];
    if (key === 'patternProperties' && isJsonObject(value))
      return [[key, mapValues(value, large, isQuick)]];
    return [[key, checkable(value, large)]];
  });
  const copy = Object.fromEntries(entries);
  // Without all of its patterns the schema cannot tell which properties are additional.
  const patterns = schema['patternProperties'];
  if (isJsonObject(patterns) && !Object.keys(patterns).every(isQuick)) {
    delete copy['additionalProperties'];
    delete copy['unevaluatedProperties'];
  }
  return copy;
}

function mapValues(
  schemas: JsonObject,
  large: boolean,
  keep: (key: string) => boolean = () => true,
): JsonObject {
  const entries = Object.entries(schemas).filter(([key]) => keep(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, checkable(value ?? true, large)]));
}

/**
 * Whether a pattern is matched in a time that grows with the text's length: anchored, at most one
 * part that can be long, nothing that nests or refers back.
 */
function isQuick(pattern: string): boolean {
  if (pattern.length > 256 || !pattern.startsWith('^')) return false;
  const plain = pattern.replace(/\\[^1-9k]/g, 'x').replace(/\[(?:[^\]\\]|\\.)*\]/g, 'x');
  const long = plain.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0;
  const groups = plain.match(/\((?!\?:)|\(\?:/g)?.length ?? 0;
  const optional = plain.match(/[^(*+?}]\?/g)?.length ?? 0;
  return long <= 1 && groups <= 3 && optional <= 4 && !/\)[*+{]|\\|\(\?[^:]/.test(plain);
}

function describe(errors: readonly OutputUnit[]): readonly string[] {
  const told = errors.filter(({ keyword, error }) => {
    if (WRAPPERS.has(keyword)) return false;
    // Said once for the property and once more by the schema `false` that forbids it.
    return !(keyword === 'additionalProperties' && /does not match additional/.test(error));
  });
  const problems = (told.length > 0 ? told : errors).map(({ instanceLocation, keyword, error }) => {
    const path = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
    const words = keyword === 'false' ? 'is not allowed.' : error.replace(/^Instance /, '');
    return path === '' ? words : `${path}: ${words}`;
  });
  return [...new Set(problems)].slice(0, MOST_PROBLEMS);
}
