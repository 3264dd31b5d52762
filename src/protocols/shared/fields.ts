/**
 * Reading the fields of a client's JSON. `null` is the same as absent, as it is for OpenAI; a value
 * of the wrong type is an error that names the field by its path.
 */
import { invalidField } from '../../core/error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';

/** @throws {GatewayError} when it is there and no string. */
export function optionalString(value: JsonValue | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalidField(path, `must be a string, not ${typeName(value)}.`);
}

/** @throws {GatewayError} when it is missing or no string. */
export function requiredString(value: JsonValue | undefined, path: string): string {
  const text = optionalString(value, path);
  if (text === undefined) throw invalidField(path, 'is missing: send a string.', 'missing_field');
  return text;
}

/** @throws {GatewayError} when it is there and neither true nor false. */
export function optionalBoolean(value: JsonValue | undefined, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw invalidField(path, `must be true or false, not ${typeName(value)}.`);
}

/** @throws {GatewayError} when it is there and no number from `least` to `most`. */
export function optionalNumber(
  value: JsonValue | undefined,
  path: string,
  least: number,
  most: number,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalidField(path, `must be a number from ${least} to ${most}.`);
}

/** @throws {GatewayError} when it is there and no whole number from `least` up. */
export function optionalInteger(
  value: JsonValue | undefined,
  path: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
    return value;
  const range =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw invalidField(path, `must be a whole number ${range}.`);
}

/** @throws {GatewayError} when it is no object. */
export function requiredObject(value: JsonValue | undefined, path: string): JsonObject {
  if (isJsonObject(value)) return value;
  if (value === undefined || value === null)
    throw invalidField(path, 'is missing: send an object.', 'missing_field');
  throw invalidField(path, `must be an object, not ${typeName(value)}.`);
}

/** The items, none when absent. @throws {GatewayError} when it is there and no array. */
export function optionalArray(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw invalidField(path, `must be an array, not ${typeName(value)}.`);
}

/** What JSON calls it. */
export function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
