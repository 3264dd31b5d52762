/** What the answer's text must be: plain, any JSON, or JSON that fits a schema. */
import { invalidField } from '../../core/error.ts';
import type { OutputFormat } from '../../core/request.ts';
import { isJsonObject, type JsonValue } from '../../lib/json.ts';
import { optionalBoolean, optionalString, requiredObject } from './fields.ts';

/**
 * @param path Where it stands: `response_format`, or `text.format` of the Responses API.
 * @throws {GatewayError} naming the field that is wrong.
 */
export function parseFormat(value: JsonValue | undefined, path: string): OutputFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = requiredObject(value, path);
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object': {
      // Instructor puts its schema beside the type.
      const schema = format['schema'];
      return isJsonObject(schema)
        ? { type: 'json-schema', name: 'response', schema }
        : { type: 'json-object' };
    }
    case 'json_schema': {
      // The Responses API has all of it beside the type.
      const isFlat = path === 'text.format';
      const at = isFlat ? path : `${path}.json_schema`;
      const schema = isFlat ? format : requiredObject(format['json_schema'], at);
      return {
        type: 'json-schema',
        name: optionalString(schema['name'], `${at}.name`) ?? 'response',
        schema: schema['schema'] ?? undefined,
        description: optionalString(schema['description'], `${at}.description`),
        strict: optionalBoolean(schema['strict'], `${at}.strict`),
      };
    }
    default:
      throw invalidField(`${path}.type`, 'must be text, json_object or json_schema.');
  }
}
