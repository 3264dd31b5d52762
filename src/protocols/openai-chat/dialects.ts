/**
 * The same wish has other names in other dialects, and editors that choose a dialect by the model's
 * name send it here in whichever it is. `docs/compatibility.md` repeats these names.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';

/** Where a wish was found, in the client's words; where none was, its own name. */
export interface Field {
  readonly path: string;
  readonly value: JsonValue | undefined;
}

/** Where to look, by the name that Poe's parameters have: the first place that is filled wins. */
const PLACES = {
  max_tokens: [['max_completion_tokens'], ['max_tokens'], ['max_output_tokens']],
  stop: [['stop'], ['stop_sequences']],
  reasoning_effort: [['reasoning_effort'], ['reasoning', 'effort'], ['output_config', 'effort']],
  verbosity: [['verbosity'], ['text', 'verbosity']],
  response_format: [['response_format'], ['text', 'format']],
} as const;

/** A wish that the client may have in several places. */
export function findField(body: JsonObject, name: keyof typeof PLACES): Field {
  for (const [field, key] of PLACES[name]) {
    const outer = body[field];
    if (outer === undefined) continue;
    if (key === undefined) return { path: field, value: outer };
    const value = isJsonObject(outer) ? (outer[key] ?? undefined) : undefined;
    if (value !== undefined) return { path: `${field}.${key}`, value };
  }
  return { path: name, value: undefined };
}

/**
 * The fate of another dialect's parameters: `translated`, or `ignored`. Those that are `objects` in
 * their dialect are translated as such: a bot may have one of its own of the same name.
 */
export const FOREIGN: Readonly<Record<string, 'translated' | 'ignored' | 'objects'>> = {
  input: 'translated',
  instructions: 'translated',
  system: 'translated',
  max_output_tokens: 'translated',
  stop_sequences: 'translated',
  reasoning: 'objects',
  text: 'objects',
  thinking: 'objects',
  output_config: 'objects',
  include: 'ignored',
  previous_response_id: 'ignored',
  truncation: 'ignored',
};
