/**
 * Pictures and documents: where their bytes or words are. Links are not fetched and bytes are not
 * decoded: they are handed on as they came.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { optionalString, requiredObject, requiredString } from './fields.ts';

/** An `image` block. @throws {GatewayError} naming the field that is wrong. */
export function readImage(block: JsonObject, path: string): ContentPart {
  const sourcePath = `${path}.source`;
  const source = requiredObject(block['source'], sourcePath);
  const url = urlOf(source, sourcePath);
  if (url === undefined) throw invalidField(`${sourcePath}.type`, 'must be base64 or url.');
  return { type: 'image', url };
}

/**
 * A `document` block; its title and context become words.
 *
 * @param readParts Reads a document that is made of blocks.
 * @throws {GatewayError} naming the field that is wrong.
 */
export function readDocument(
  block: JsonObject,
  path: string,
  readParts: (value: JsonValue | undefined, path: string) => readonly ContentPart[],
): readonly ContentPart[] {
  const sourcePath = `${path}.source`;
  const source = requiredObject(block['source'], sourcePath);
  const title = optionalString(block['title'], `${path}.title`) ?? '';
  const context = optionalString(block['context'], `${path}.context`) ?? '';
  const url = urlOf(source, sourcePath);
  if (url !== undefined) {
    // A link has a name of its own.
    const filename = title || (source['type'] === 'url' ? '' : 'document.pdf');
    return [...words(context), { type: 'file', url, filename }];
  }
  if (source['type'] === 'text')
    return words(title, context, requiredString(source['data'], `${sourcePath}.data`));
  if (source['type'] !== 'content')
    throw invalidField(`${sourcePath}.type`, 'must be base64, url, text or content.');
  return [...words(title, context), ...readParts(source['content'], `${sourcePath}.content`)];
}

function words(...texts: readonly string[]): readonly ContentPart[] {
  const text = texts.filter((part) => part !== '').join('\n\n');
  return text === '' ? [] : [{ type: 'text', text }];
}

/** Undefined where the source is neither bytes nor a link. */
function urlOf(source: JsonObject, path: string): string | undefined {
  switch (requiredString(source['type'], `${path}.type`)) {
    case 'base64': {
      const mediaType = requiredString(source['media_type'], `${path}.media_type`);
      if (!/^[\w.+-]+\/[\w.+-]+$/.test(mediaType))
        throw invalidField(`${path}.media_type`, 'must be a media type such as image/png.');
      return `data:${mediaType};base64,${requiredString(source['data'], `${path}.data`)}`;
    }
    case 'url': {
      const url = requiredString(source['url'], `${path}.url`);
      if (/^(https:\/\/|data:)/i.test(url)) return url;
      throw invalidField(`${path}.url`, 'must be an https:// URL: Poe takes no other.');
    }
    case 'file':
      throw invalidField(
        `${path}.type`,
        'must not be file: Poe keeps no files, so send the content as base64.',
      );
    default:
      return undefined;
  }
}
