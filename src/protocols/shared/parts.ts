/**
 * The parts of messages and of tool results → neutral ones. Links are not fetched and bytes are not
 * decoded: they are handed on as they came.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { optionalString, requiredObject, requiredString, typeName } from './fields.ts';

const TYPES = 'input_text, output_text, refusal, input_image, input_file or input_audio';

/** Audio formats → media types, where they are not named alike. */
const AUDIO_TYPES: Readonly<Record<string, string>> = { mp3: 'mpeg', m4a: 'mp4' };

const PART_READERS: Readonly<Record<string, (part: JsonObject, path: string) => ContentPart>> = {
  refusal: (part, path) => ({
    type: 'text',
    text: requiredString(part['refusal'], `${path}.refusal`),
  }),
  input_image: parseImage,
  // The names of the other dialect, which clients mix up.
  image_url: parseImage,
  input_file: parseFile,
  input_audio: parseAudio,
};

/** A string, a list of parts, or nothing. @throws {GatewayError} naming the field that is wrong. */
export function parseContent(value: JsonValue | undefined, path: string): readonly ContentPart[] {
  if (value === undefined || value === null) return [];
  const parts: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  if (!Array.isArray(value) && typeof value !== 'string')
    throw invalidField(path, `must be a string or an array, not ${typeName(value)}.`);
  return parts.flatMap((part, index) => {
    const partPath = `${path}[${index}]`;
    const parsed = typeof part === 'string' ? textPart(part) : parsePart(part, partPath);
    // Vendors refuse empty text parts, and nothing is lost without them.
    return parsed.type === 'text' && parsed.text === '' ? [] : [parsed];
  });
}

function textPart(text: string): ContentPart {
  return { type: 'text', text };
}

function parsePart(value: JsonValue, path: string): ContentPart {
  const part = requiredObject(value, path);
  const type = requiredString(part['type'], `${path}.type`);
  const read = entryOf(PART_READERS, type);
  if (read) return read(part, path);
  // Whatever has a text is one: `input_text`, `output_text`, and words that are yet to come.
  if (typeof part['text'] === 'string') return textPart(part['text']);
  if (/text/.test(type)) return textPart(requiredString(part['text'], `${path}.text`));
  throw invalidField(`${path}.type`, `must be ${TYPES}.`);
}

/**
 * `{ image_url }`, which is the URL or holds it: dialects and their clients differ.
 *
 * @param path Of the part.
 * @throws {GatewayError} naming the field that is wrong.
 */
export function parseImage(part: JsonObject, path: string): ContentPart {
  refuseFileId(part, path, 'the picture as a data: URL in `image_url`');
  const value = part['image_url'];
  const nested = isJsonObject(value);
  const urlPath = nested ? `${path}.image_url.url` : `${path}.image_url`;
  const url = requiredString(nested ? value['url'] : value, urlPath);
  if (!/^(data:image\/|https:\/\/)/i.test(url))
    throw invalidField(urlPath, 'must be a data:image/… or an https:// URL: Poe takes no other.');
  const detail =
    optionalString(part['detail'], `${path}.detail`) ??
    (nested ? optionalString(value['detail'], `${path}.image_url.detail`) : undefined);
  return { type: 'image', url, detail };
}

/** `{ file_data }` or `{ file_url }`. @throws {GatewayError} naming the field that is wrong. */
export function parseFile(part: JsonObject, path: string): ContentPart {
  const named = optionalString(part['filename'], `${path}.filename`);
  const link = optionalString(part['file_url'], `${path}.file_url`);
  if (link !== undefined && !isUrl(link))
    throw invalidField(`${path}.file_url`, 'must be an https:// URL: Poe takes no other.');
  if (link === undefined && part['file_data'] === undefined)
    refuseFileId(part, path, 'the content as base64 in `file_data`');
  const data = link ?? requiredString(part['file_data'], `${path}.file_data`);
  // A link has a name of its own.
  const filename = named ?? (data === link || /^https:/i.test(data) ? '' : 'file.pdf');
  return { type: 'file', url: dataUrl(data, 'application/pdf'), filename };
}

/** `{ input_audio: { data, format } }`. Poe strips it in silence and takes sounds as files. */
export function parseAudio(part: JsonObject, path: string): ContentPart {
  const audioPath = `${path}.input_audio`;
  const audio = requiredObject(part['input_audio'], audioPath);
  const format = requiredString(audio['format'], `${audioPath}.format`).toLowerCase();
  if (!/^[a-z0-9]{1,8}$/.test(format))
    throw invalidField(`${audioPath}.format`, 'must be the short name of a format, such as mp3.');
  const data = requiredString(audio['data'], `${audioPath}.data`);
  const type = `audio/${entryOf(AUDIO_TYPES, format) ?? format}`;
  return { type: 'file', url: dataUrl(data, type), filename: `audio.${format}` };
}

function refuseFileId(part: JsonObject, path: string, instead: string): void {
  if (typeof part['file_id'] === 'string')
    throw invalidField(`${path}.file_id`, `Poe keeps no files: send ${instead}.`);
}

/** Whether Poe can take it as it is. */
export function isUrl(text: string): boolean {
  return /^(data:|https:\/\/)/i.test(text);
}

/** Base64 alone lacks the media type that Poe needs. */
function dataUrl(data: string, mediaType: string): string {
  return isUrl(data) ? data : `data:${mediaType};base64,${data}`;
}
