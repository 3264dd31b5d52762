/**
 * Checks `text.format` as OpenAI does: a strict schema must close every object and require every
 * property.
 */
import { rejected, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Format } from '../prompt.ts';

function formatIn({ text }: JsonObject): JsonObject {
  const format = isObject(text) ? text['format'] : undefined;
  return isObject(format) ? format : { type: 'text' };
}

/** What a strict schema does wrong, and where. */
function strictFault(schema: unknown, path: readonly string[]): string | undefined {
  if (!isObject(schema)) return undefined;
  const { properties, items, additionalProperties: open, required, anyOf } = schema;
  const context = `In context=(${path.map((step) => `'${step}'`).join(', ')})`;
  if (isObject(properties)) {
    if (open !== false) {
      return `${context}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    const listed = new Set<unknown>(Array.isArray(required) ? required : []);
    const missing = Object.keys(properties).find((name) => !listed.has(name));
    if (missing !== undefined) {
      return `${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
    for (const [name, property] of Object.entries(properties)) {
      const fault = strictFault(property, [...path, 'properties', name]);
      if (fault !== undefined) return fault;
    }
  }
  const choices: readonly unknown[] = Array.isArray(anyOf) ? anyOf : [];
  const inner = choices.map((choice, index) => strictFault(choice, [...path, 'anyOf', `${index}`]));
  return strictFault(items, [...path, 'items']) ?? inner.find((fault) => fault !== undefined);
}

/** What is wrong with the format that was asked for. */
export function formatFailure(request: JsonObject): Failure | undefined {
  const { type, name, schema, strict } = formatIn(request);
  const invalid = (message: string, param: string): Failure =>
    rejected(message, `text.format${param}`, 'invalid_value');
  if (type === 'text' || type === 'json_object') return undefined;
  if (type !== 'json_schema') {
    return invalid("Supported values are: 'text', 'json_object', and 'json_schema'.", '.type');
  }
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
    return invalid("Missing required parameter: 'text.format.name'.", '.name');
  }
  if (!isObject(schema)) {
    return invalid("Missing required parameter: 'text.format.schema'.", '.schema');
  }
  const fault = strict === true ? strictFault(schema, []) : undefined;
  if (fault === undefined) return undefined;
  const message = `Invalid schema for response_format '${name}': ${fault}`;
  return rejected(message, 'text.format.schema', 'invalid_json_schema');
}

/** The format, where it is JSON. */
export function formatOf(request: JsonObject): Format | undefined {
  const { type, schema } = formatIn(request);
  return type === 'text' ? undefined : { schema };
}
