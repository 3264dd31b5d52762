/**
 * OpenAI's content parts → neutral ones. Links are not fetched and bytes are not decoded: they are
 * handed on as they came.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { optionalString, requiredObject, requiredString } from '../openai-shared/fields.ts';

const TYPES = 'text, image_url, input_audio, file or refusal';

/** OpenAI's audio formats → media types. */
const AUDIO_TYPES: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  opus: 'audio/opus',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  webm: 'audio/webm',
};

/** One part. @throws {GatewayError} naming the field that is wrong. */
export function parsePart(part: JsonObject, path: string): ContentPart {
  const type = requiredString(part['type'], `${path}.type`);
  switch (type) {
    case 'text':
      return { type: 'text', text: requiredString(part['text'], `${path}.text`) };
    case 'refusal':
      return { type: 'text', text: requiredString(part['refusal'], `${path}.refusal`) };
    case 'image_url':
      return parseImage(part['image_url'], `${path}.image_url`);
    case 'input_audio':
      return parseAudio(
        requiredObject(part['input_audio'], `${path}.input_audio`),
        `${path}.input_audio`,
      );
    case 'file':
      return parseFile(requiredObject(part['file'], `${path}.file`), `${path}.file`);
    default:
      throw invalidField(`${path}.type`, `must be ${TYPES}.`);
  }
}

/** `{ url, detail }`, or the URL itself as older clients send it. */
function parseImage(value: JsonValue | undefined, path: string): ContentPart {
  const image = isJsonObject(value) ? value : { url: value };
  const urlPath = isJsonObject(value) ? `${path}.url` : path;
  const url = requiredString(image['url'], urlPath);
  if (!/^(data:image\/|https:\/\/)/i.test(url))
    throw invalidField(urlPath, 'must be a data:image/… or an https:// URL: Poe takes no other.');
  return { type: 'image', url, detail: optionalString(image['detail'], `${path}.detail`) };
}

/** Poe strips `input_audio` in silence and takes sounds as files, so a sound becomes a file. */
function parseAudio(audio: JsonObject, path: string): ContentPart {
  const format = requiredString(audio['format'], `${path}.format`).toLowerCase();
  const mediaType = entryOf(AUDIO_TYPES, format);
  if (mediaType === undefined)
    throw invalidField(`${path}.format`, `must be one of ${Object.keys(AUDIO_TYPES).join(', ')}.`);
  const data = requiredString(audio['data'], `${path}.data`);
  return { type: 'file', filename: `audio.${format}`, data: dataUrl(data, mediaType) };
}

function parseFile(file: JsonObject, path: string): ContentPart {
  const data = optionalString(file['file_data'], `${path}.file_data`);
  if (data === undefined)
    throw invalidField(
      `${path}.file_data`,
      'is missing: Poe keeps no files, so send the content as base64.',
      'missing_field',
    );
  const filename = optionalString(file['filename'], `${path}.filename`) ?? 'file.pdf';
  return { type: 'file', filename, data: dataUrl(data, 'application/pdf') };
}

/** Base64 alone lacks the media type that Poe needs. */
function dataUrl(data: string, mediaType: string): string {
  return /^data:/i.test(data) ? data : `data:${mediaType};base64,${data}`;
}
