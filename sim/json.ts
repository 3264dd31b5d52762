/**
 * The two questions the simulator asks of parsed JSON.
 * Not a schema validator: what a request may hold is decided in `chat/strict.ts`.
 */

/** A JSON object whose members are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for `{…}`, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects among the items of `value`; empty when it is not an array. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
