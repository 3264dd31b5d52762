/**
 * The parts of a message's content → neutral ones. Editors mix the dialects: beside OpenAI's own parts
 * stand those of its Responses API, and Anthropic's blocks. Links are not fetched and bytes are not
 * decoded: they are handed on as they came.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { type Blocks, readBlock } from '../shared/blocks.ts';
import { requiredObject, requiredString } from '../shared/fields.ts';
import { isUrl, parseAudio, parseFile, parseImage } from '../shared/parts.ts';

const TYPES = 'text, image_url, input_audio, audio_url, video_url, file or refusal';

/** Anthropic's, where no part has the name. */
const BLOCKS: ReadonlySet<string> = new Set([
  'image',
  'document',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
]);

type PartReader = (part: JsonObject, path: string) => ContentPart;

const READERS: Readonly<Record<string, PartReader>> = {
  text: parseText,
  input_text: parseText,
  output_text: parseText,
  refusal: (part, path) => ({
    type: 'text',
    text: requiredString(part['refusal'], `${path}.refusal`),
  }),
  image_url: parseImage,
  input_image: parseImage,
  input_audio: parseAudio,
  audio_url: (part, path) => parseLink(part['audio_url'], `${path}.audio_url`),
  video_url: (part, path) => parseLink(part['video_url'], `${path}.video_url`),
  file: (part, path) => parseFile(requiredObject(part['file'], `${path}.file`), `${path}.file`),
  input_file: parseFile,
};

/** One part or block, added to those of its message. @throws {GatewayError} naming the field that is wrong. */
export function readPart(part: JsonObject, path: string, into: Blocks, ignored: Set<string>): void {
  const type = requiredString(part['type'], `${path}.type`);
  const read = entryOf(READERS, type);
  if (read) {
    const parsed = read(part, path);
    // Vendors refuse empty text parts, and nothing is lost without them.
    if (parsed.type !== 'text' || parsed.text !== '') into.parts.push(parsed);
  } else if (BLOCKS.has(type)) readBlock(part, path, into, ignored);
  else throw invalidField(`${path}.type`, `must be ${TYPES}.`);
}

function parseText(part: JsonObject, path: string): ContentPart {
  return { type: 'text', text: requiredString(part['text'], `${path}.text`) };
}

/** `{ url }`, or the URL itself: a form of other vendors' for sounds and films. */
function parseLink(value: JsonValue | undefined, path: string): ContentPart {
  const link = isJsonObject(value) ? value : { url: value };
  const urlPath = isJsonObject(value) ? `${path}.url` : path;
  const url = requiredString(link['url'], urlPath);
  if (!isUrl(url))
    throw invalidField(urlPath, 'must be a data: or an https:// URL: Poe takes no other.');
  return { type: 'file', filename: '', url };
}
