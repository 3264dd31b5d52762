/** What the fields of an object must be that an owner wrote into a setting, as a table. */
import type { JsonObject, JsonValue } from '../lib/json.ts';

/** Of one field. */
export interface FieldCheck {
  /** Completes "it must …". */
  readonly must: string;
  isRight(value: JsonValue): boolean;
}

/** By the fields' names. */
export type FieldChecks = Readonly<Record<string, FieldCheck>>;

/** What is wrong with which field; one that is not there is not. @param path Before the names. */
export function wrongFields(fields: JsonObject, checks: FieldChecks, path = ''): readonly string[] {
  return Object.entries(checks).flatMap(([name, { must, isRight }]) => {
    const value = fields[name];
    return value === undefined || isRight(value)
      ? []
      : [`has a wrong ${path}${name}: it must ${must}`];
  });
}
