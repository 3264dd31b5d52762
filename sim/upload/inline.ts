/**
 * Files that come inside a request, as `data:` URLs, or as the address of somebody else's: what the
 * chat and responses endpoints take in place of an upload.
 */
import type { Attachment } from '../prompt.ts';
import { contentOf, dataUrl } from './digest.ts';
import { mediaTypeOf } from './media-type.ts';

const SHOWN_LENGTH = 40;

/** The attachment that such a URL is. */
export function attachmentFrom(url: string, name: string): Attachment {
  const data = dataUrl(url);
  if (!data) {
    const type = mediaTypeOf(URL.canParse(url) ? new URL(url).pathname : url);
    return { name, contentType: type, url, inlineRef: undefined, content: undefined };
  }
  return {
    name,
    contentType: data.contentType,
    url: url.slice(0, SHOWN_LENGTH),
    inlineRef: undefined,
    content: contentOf(data.bytes, data.contentType),
  };
}
