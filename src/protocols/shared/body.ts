/**
 * What the bodies of all requests have in common: they are objects, `null` is the same as absent, and
 * fields may stand in `extra_body`.
 */
import { GatewayError, invalidField } from '../../core/error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { optionalArray, optionalString } from './fields.ts';

const MOST_STOPS = 32;

/** @throws {GatewayError} when it is no object. */
export function readBody(value: JsonValue): JsonObject {
  if (isJsonObject(value)) return value;
  throw new GatewayError('invalid-request', 'The request body must be a JSON object.');
}

/**
 * `extra_body` is a word of the Python SDK, which takes it apart; clients that send it mean the same.
 *
 * @param ignored Gets its name where it is no object.
 */
export function withExtraBody(body: JsonObject, ignored: Set<string>): JsonObject {
  const { extra_body: extra = null, ...rest } = body;
  if (extra !== null && !isJsonObject(extra)) ignored.add('extra_body');
  const fields = isJsonObject(extra) ? { ...extra, ...rest } : rest;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Stop sequences: one, or a list of them. @throws {GatewayError} when there are too many. */
export function parseStop(value: JsonValue | undefined, path: string): readonly string[] {
  const items = typeof value === 'string' ? [value] : optionalArray(value, path);
  if (items.length > MOST_STOPS)
    throw invalidField(path, `must have at most ${MOST_STOPS} sequences.`);
  const sequences = items.map((item, index) => optionalString(item, `${path}[${index}]`) ?? '');
  return sequences.filter((sequence) => sequence !== '');
}
