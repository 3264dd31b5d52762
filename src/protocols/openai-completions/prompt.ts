/**
 * A prompt → the conversation that makes a bot which chats write what comes next. The text is the
 * user's message, untouched; how it is to be read is said before it.
 */
import { invalidField } from '../../core/error.ts';
import type { Message } from '../../core/request.ts';
import type { JsonValue } from '../../lib/json.ts';
import { optionalString, typeName } from '../shared/fields.ts';

const ALONE =
  'Answer with that text alone: no introduction, no explanation, no quotation marks or code fences around it, and nothing repeated of what is already there. Begin with a space or a line break where one is needed.';

const CONTINUE = `The user's message is the beginning of a text. Write what comes next, from exactly where it stops; after a question or a task that is the answer to it. ${ALONE}`;

const PRECEDE = `The user's message is the end of a text. Write what stands directly before it. ${ALONE}`;

/** More answers than this to one request are not given: each is a call to Poe that costs points. */
const MOST_ANSWERS = 8;

/**
 * The prompts, in their order.
 *
 * @param each How many answers each of them wants.
 * @param hasSuffix Text follows, so there need be none before.
 * @throws {GatewayError} when it is no text, blank, or asks for too many answers.
 */
export function parsePrompts(
  value: JsonValue | undefined,
  each: number,
  hasSuffix: boolean,
): readonly string[] {
  const missing = 'is missing: send the text to continue.';
  if ((value === undefined || value === null) && !hasSuffix)
    throw invalidField('prompt', missing, 'missing_field');
  const isList = Array.isArray(value);
  const items: readonly (JsonValue | undefined)[] = isList ? value : [value ?? ''];
  if (items.length === 0) throw invalidField('prompt', missing, 'missing_field');
  const [first] = items;
  if (isList && (typeof first === 'number' || Array.isArray(first)))
    throw invalidField('prompt', 'has token ids, which no bot of Poe reads. Send the text.');
  if (items.length * each > MOST_ANSWERS)
    throw invalidField(
      'prompt',
      `asks for ${items.length * each} answers (prompts times n). Ask for at most ${MOST_ANSWERS} in one request.`,
    );
  return items.map((item, index) => {
    const path = isList ? `prompt[${index}]` : 'prompt';
    if (!isList && typeof item !== 'string')
      throw invalidField(
        path,
        `must be a string or an array of strings, not ${typeName(item ?? null)}.`,
      );
    const text = optionalString(item, path) ?? '';
    if (text.trim() === '' && !hasSuffix)
      throw invalidField(path, 'is blank: send the text to continue.');
    return text;
  });
}

/** @param suffix What must follow the answer; blank: nothing. */
export function conversation(prompt: string, suffix: string): readonly Message[] {
  const isBlank = prompt.trim() === '';
  // Vendors refuse an empty message, so what there is of the text takes its place.
  const system = isBlank ? PRECEDE : suffix.trim() === '' ? CONTINUE : fill(suffix);
  return [message('system', system), message('user', isBlank ? suffix : prompt)];
}

function fill(suffix: string): string {
  return `The user's message is the beginning of a text, and after a gap the text goes on with what stands between these tags:\n<after>${suffix}</after>\nWrite what belongs in the gap, no more: the two parts must join. ${ALONE}`;
}

function message(role: 'system' | 'user', text: string): Message {
  return { role, content: [{ type: 'text', text }] };
}
