/**
 * The content of an input item: a text, or parts. Says what is wrong with it, and reads the text and
 * the attachments out of it.
 */
import { rejected, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Attachment } from '../prompt.ts';
import { attachmentFrom } from '../upload/inline.ts';
import { unsupportedValue } from './unsupported.ts';

/** What callers say, and what tools answer. */
export const INPUT_PARTS = ['input_text', 'input_image', 'input_file'];
/** What the model has said. */
export const OUTPUT_PARTS = ['output_text', 'refusal'];

type PartCheck = (part: JsonObject) => string | undefined;

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^(data:|https:\/\/)/.test(value);
}

function textFault({ text }: JsonObject): string | undefined {
  return typeof text === 'string' ? undefined : 'text must be a string';
}

/** Part type → what is wrong with such a part. */
const PARTS: Readonly<Record<string, PartCheck>> = {
  input_text: textFault,
  output_text: textFault,
  refusal: () => undefined,
  input_image: ({ image_url: url }) =>
    isAddress(url) ? undefined : 'image_url must be a data: or an https:// URL',
  input_file: ({ file_data: data, file_url: url }) =>
    isAddress(data) || isAddress(url) ? undefined : 'file_data or file_url is required',
};

/** The first fault of a content that may have parts of these types. */
export function contentFailure(
  content: unknown,
  types: readonly string[],
  path: string,
): Failure | undefined {
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) {
    return rejected(`${path} must be text or parts.`, path, 'invalid_value');
  }
  for (const [index, part] of content.entries()) {
    const where = `${path}[${index}]`;
    const { type } = isObject(part) ? part : {};
    if (!isObject(part) || typeof type !== 'string' || !types.includes(type)) {
      return unsupportedValue(type, types, where);
    }
    const fault = PARTS[type]?.(part);
    if (fault !== undefined) return rejected(`${where}: ${fault}.`, where, 'invalid_value');
  }
  return undefined;
}

/** All text of a content. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = objectsIn(content).map(({ text }) => (typeof text === 'string' ? text : ''));
  return texts.join('');
}

/** Pictures and files of a content. */
export function attachmentsOf(content: unknown): readonly Attachment[] {
  return objectsIn(content).flatMap((part) => {
    const { type, image_url: image, file_data: data, file_url: url, filename } = part;
    if (type === 'input_image') return attachmentFrom(String(image), 'image');
    if (type !== 'input_file') return [];
    return attachmentFrom(String(data ?? url), String(filename ?? 'file'));
  });
}
