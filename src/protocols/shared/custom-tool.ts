/**
 * Custom tools take a text instead of JSON, some of them by a grammar. Poe has none: such a tool is
 * told to the bot as a function with one string, and its calls are turned back.
 */
import type { Tool } from '../../core/request.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';

/** The function in a custom tool's place. Nothing enforces the grammar, so the bot reads it. */
export function customFunction(
  description: string | undefined,
  format: JsonValue | undefined,
): Omit<Tool, 'name'> {
  const words = [
    description ?? '',
    'The text goes, as it is, into the string `input` of the call.',
  ];
  const { type, syntax, definition } = isJsonObject(format) ? format : {};
  if (type === 'grammar' && typeof definition === 'string')
    words.push(
      `The text must follow this ${typeof syntax === 'string' ? `${syntax} ` : ''}grammar:\n${definition}`,
    );
  return {
    description: words.filter((paragraph) => paragraph !== '').join('\n\n'),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}

/** The arguments of the function for the text of a call. */
export function customArguments(input: string): string {
  return JSON.stringify({ input });
}

/** The text in a function's arguments. Bots that name the string otherwise, or send it bare, are understood. */
export function customInput(json: string): string {
  const value = parseJson(json);
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return json;
  const [first, ...others] = Object.values(value);
  const input = value['input'] ?? (others.length === 0 ? first : undefined);
  return typeof input === 'string' ? input : json;
}
