/**
 * The `input` of a responses request: a text, or items. Says what is wrong with it, and reads it
 * into turns.
 */
import { rejected, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Attachment, Turn } from '../prompt.ts';
import { attachmentFrom } from '../upload/inline.ts';

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant']);

type PartCheck = (part: JsonObject) => string | undefined;

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^(data:|https:\/\/)/.test(value);
}

function textPart({ text }: JsonObject): string | undefined {
  return typeof text === 'string' ? undefined : 'text must be a string';
}

const PARTS: Readonly<Record<string, PartCheck>> = {
  input_text: textPart,
  output_text: textPart,
  refusal: () => undefined,
  input_image: ({ image_url: url }) =>
    isAddress(url) ? undefined : 'image_url must be a data: or an https:// URL',
  input_file: ({ file_data: data, file_url: url }) =>
    isAddress(data) || isAddress(url) ? undefined : 'file_data or file_url is required',
};

function partFault(part: unknown): string | undefined {
  const check = isObject(part) ? PARTS[String(part['type'])] : undefined;
  return check && isObject(part)
    ? check(part)
    : `type must be one of ${Object.keys(PARTS).join(', ')}`;
}

function messageFault({ role, content }: JsonObject): string | undefined {
  if (!ROLES.has(role)) return `Invalid value: '${String(role)}' for role`;
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return 'content must be text or parts';
  return content.map(partFault).find((fault) => fault !== undefined);
}

/** Item type → what is wrong with such an item. */
const ITEMS: Readonly<Record<string, PartCheck>> = {
  message: messageFault,
  function_call: ({ call_id: id, name, arguments: given }) =>
    [id, name, given].every((member) => typeof member === 'string')
      ? undefined
      : 'call_id, name and arguments must be strings',
  function_call_output: ({ call_id: id, output }) =>
    typeof id === 'string' && (typeof output === 'string' || Array.isArray(output))
      ? undefined
      : 'call_id and output are required',
  reasoning: () => undefined,
};

function typeOf(item: unknown): string {
  return isObject(item) ? String(item['type'] ?? 'message') : '';
}

function strayOutput(items: readonly JsonObject[]): Failure | undefined {
  const asked = new Set(
    items.filter((item) => typeOf(item) === 'function_call').map((item) => item['call_id']),
  );
  const stray = items.find(
    (item) => typeOf(item) === 'function_call_output' && !asked.has(item['call_id']),
  );
  return (
    stray && {
      status: 400,
      error: {
        message: `No tool call found for function call output with call_id ${String(stray['call_id'])}.`,
        type: 'invalid_request_error',
        param: 'input',
        code: null,
      },
    }
  );
}

/** The first fault in `input`. */
export function inputFailure({ input }: JsonObject): Failure | undefined {
  if (typeof input === 'string') return undefined;
  if (!Array.isArray(input) || input.length === 0) {
    return rejected('input must be text or a list of items.', 'input', 'missing_field');
  }
  for (const [index, item] of input.entries()) {
    const path = `input[${index}]`;
    const check = ITEMS[typeOf(item)];
    const fault = check && isObject(item) ? check(item) : 'unknown type of item';
    if (fault !== undefined) return rejected(`${path}: ${fault}.`, path, 'invalid_value');
  }
  return strayOutput(objectsIn(input));
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = objectsIn(content).map(({ text }) => (typeof text === 'string' ? text : ''));
  return texts.join('');
}

function attachmentsOf(content: unknown): readonly Attachment[] {
  return objectsIn(content).flatMap((part) => {
    const { type, image_url: image, file_data: data, file_url: url, filename } = part;
    if (type === 'input_image') return attachmentFrom(String(image), 'image');
    if (type !== 'input_file') return [];
    return attachmentFrom(String(data ?? url), String(filename ?? 'file'));
  });
}

function turnOf(item: JsonObject): readonly Turn[] {
  switch (typeOf(item)) {
    case 'message': {
      const { role, content } = item;
      const attachments = attachmentsOf(content);
      return [
        {
          role: role === 'developer' ? 'system' : String(role),
          text: textOf(content),
          attachments,
        },
      ];
    }
    case 'function_call':
      return [{ role: 'assistant', text: '' }];
    case 'function_call_output':
      return [{ role: 'tool', text: textOf(item['output']) }];
    default:
      return [];
  }
}

/** The conversation in `input`. */
export function turnsOf({ input }: JsonObject): readonly Turn[] {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  return objectsIn(input).flatMap(turnOf);
}
