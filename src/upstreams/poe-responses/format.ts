/**
 * The output format, as `text.format` has it. The schema and `strict` stay as the client wrote them:
 * what OpenAI demands of a strict schema it says itself, and better than a guess would mend it.
 */
import { withSystemText } from '../../core/json-output/system-text.ts';
import type { Message, OutputFormat } from '../../core/request.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';

/** A format that names a schema needs one: without it the format is any JSON object. */
export function wireFormat(format: OutputFormat): JsonObject {
  if (format.type === 'json-object' || !isJsonObject(format.schema)) return { type: 'json_object' };
  const { name, description, schema, strict } = format;
  return { type: 'json_schema', name: validName(name), description, schema, strict };
}

/** At most 64 letters, digits, `_` and `-`. It is a label, and comes back nowhere. */
function validName(name: string): string {
  return name.replace(/[^\w-]+/g, '_').slice(0, 64) || 'response';
}

/**
 * The messages, with the word JSON somewhere in them where the format is any JSON object: OpenAI
 * refuses the request without it. Nothing is added for a schema, nor where the word is there.
 */
export function withJsonNamed(
  messages: readonly Message[],
  format: JsonObject | undefined,
): readonly Message[] {
  if (format?.['type'] !== 'json_object' || messages.some(namesJson)) return messages;
  return withSystemText(messages, 'Answer with a JSON object.');
}

/** What the model itself said, or a tool, may not count. */
function namesJson({ role, content }: Message): boolean {
  if (role === 'assistant' || role === 'tool') return false;
  return content.some((part) => part.type === 'text' && /json/i.test(part.text));
}
