/**
 * OpenAI's content parts → neutral ones. Links are not fetched and bytes are not decoded: they are
 * handed on as they came.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { optionalString, requiredObject, requiredString } from '../openai-shared/fields.ts';

const TYPES = 'text, image_url, input_audio, audio_url, video_url, file or refusal';

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
    case 'audio_url':
    case 'video_url':
      return parseLink(part[type], `${path}.${type}`);
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
  return { type: 'file', filename: `audio.${format}`, url: dataUrl(data, mediaType) };
}

/** `{ url }`, or the URL itself: a form of other vendors' for sounds and films. */
function parseLink(value: JsonValue | undefined, path: string): ContentPart {
  const link = isJsonObject(value) ? value : { url: value };
  const urlPath = isJsonObject(value) ? `${path}.url` : path;
  const url = requiredString(link['url'], urlPath);
  if (!/^(data:|https:\/\/)/i.test(url))
    throw invalidField(urlPath, 'must be a data: or an https:// URL: Poe takes no other.');
  return { type: 'file', filename: '', url };
}

function parseFile(file: JsonObject, path: string): ContentPart {
  const data = optionalString(file['file_data'], `${path}.file_data`);
  if (data === undefined)
    throw invalidField(
      `${path}.file_data`,
      'is missing: Poe keeps no files, so send the content as base64.',
      'missing_field',
    );
  const named = optionalString(file['filename'], `${path}.filename`);
  // A link has a name of its own.
  const filename = named ?? (isLink(data) ? '' : 'file.pdf');
  return { type: 'file', filename, url: dataUrl(data, 'application/pdf') };
}

function isLink(data: string): boolean {
  return /^https:\/\//i.test(data);
}

/** Base64 alone lacks the media type that Poe needs. */
function dataUrl(data: string, mediaType: string): string {
  return /^data:/i.test(data) || isLink(data) ? data : `data:${mediaType};base64,${data}`;
}
