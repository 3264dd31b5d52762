/**
 * Whether an answer is the JSON that was asked for, and the JSON in it: without fences and prose,
 * repaired where it is plain what was meant, checked against the schema.
 */
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import type { OutputFormat } from '../request.ts';
import { fitToSchema } from './coerce.ts';
import { jsonSpans, withoutFence } from './find.ts';
import { repairJson } from './repair.ts';

/** The text to send, or what is wrong, in words for a model and for a person. */
export type JsonCheck = { readonly json: string } | { readonly problem: string };

/** More JSON values than this are not looked at, from the last one back. */
const MOST_PIECES = 16;

/**
 * Looks for the answer in this order: the whole text; the text in a fence; the last of the JSON
 * values in it that fits (examples come first, answers last); the same again, repaired.
 *
 * JSON that fits is returned letter for letter; only repaired JSON is written anew.
 */
export function checkJson(text: string, format: OutputFormat): JsonCheck {
  const whole = text.trim();
  if (whole === '') return { problem: 'The answer is empty.' };
  const inner = withoutFence(whole);
  const spans = jsonSpans(inner);
  const pieces = spans
    .slice(-MOST_PIECES)
    .map(({ start, end }) => inner.slice(start, end))
    .toReversed();
  let problem: string | undefined;

  for (const candidate of [whole, inner, ...pieces]) {
    const value = parseJson(candidate);
    if (value === undefined) continue;
    const checked = fit(candidate, value, format);
    if ('json' in checked) return checked;
    problem ??= checked.problem;
  }
  // From the first bracket on: broken strings may have misled the search for the end.
  const first = spans[0]?.start;
  const rest = first === undefined ? '' : inner.slice(first);
  const last = Math.max(rest.lastIndexOf('}'), rest.lastIndexOf(']')) + 1;
  for (const candidate of new Set([...pieces, rest.slice(0, last), rest])) {
    const repaired = parseJson(candidate) === undefined ? repairJson(candidate) : undefined;
    if (repaired === undefined) continue;
    const value = parseJson(repaired);
    if (value === undefined) continue;
    const checked = fit(repaired, value, format);
    if ('json' in checked) return checked;
    problem ??= checked.problem;
  }
  return { problem: problem ?? 'The answer is not JSON.' };
}

function fit(text: string, value: JsonValue, format: OutputFormat): JsonCheck {
  if (format.type === 'json-object')
    return isJsonObject(value) ? { json: text } : { problem: 'The answer is not a JSON object.' };
  const fitted = fitToSchema(value, format.schema);
  if ('problems' in fitted)
    return { problem: `The JSON does not fit the schema: ${fitted.problems.join('; ')}` };
  return { json: fitted.changed ? JSON.stringify(fitted.value) : text };
}
