/**
 * Structured output: the schema that the answer is to fit, and the schemas that Anthropic does not take.
 */
import { isObject, type JsonObject } from '../json.ts';
import type { Format } from '../prompt.ts';
import { firstOf } from './shape.ts';

const BOUNDS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
];

/** The member that asks for a format, and the format. */
function formatIn(request: JsonObject): readonly [path: string, format: JsonObject] | undefined {
  const { output_config: config, output_format: older } = request;
  const format = isObject(config) ? config['format'] : undefined;
  if (isObject(format)) return ['output_config.format', format];
  return isObject(older) ? ['output_format', older] : undefined;
}

function fault(schema: unknown, path: string): string | undefined {
  if (!isObject(schema)) return undefined;
  const { type, properties, items, additionalProperties: open, minItems, anyOf, $defs } = schema;
  if (type === 'object' && open !== false) {
    return `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  }
  const bound = BOUNDS.find((name) => name in schema);
  if (bound !== undefined) {
    return `${path}: For '${String(type)}' type, property '${bound}' is not supported`;
  }
  if (typeof minItems === 'number' && minItems > 1) {
    return `${path}: For 'array' type, 'minItems' values other than 0 or 1 are not supported`;
  }
  const inner: readonly unknown[] = [
    ...Object.values(isObject(properties) ? properties : {}),
    ...Object.values(isObject($defs) ? $defs : {}),
    ...(Array.isArray(anyOf) ? anyOf : []),
    items,
  ];
  return firstOf(inner, (each) => fault(each, path));
}

/** What is wrong with the schema. */
export function formatFault(request: JsonObject): string | undefined {
  const found = formatIn(request);
  if (!found) return undefined;
  const [path, { schema }] = found;
  return isObject(schema)
    ? fault(schema, `${path}.schema`)
    : `${path}.schema: Input should be a valid dictionary`;
}

/** The format, where one is asked for. */
export function formatOf(request: JsonObject): Format | undefined {
  const found = formatIn(request);
  return found && { schema: found[1]['schema'] };
}
