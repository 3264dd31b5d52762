/**
 * Files on their way to Poe: which ones Poe already has, and what a file is called and what kind it
 * is when its sender does not say.
 */
import type { ContentPart } from '../../core/request.ts';
import { entryOf } from '../../lib/table.ts';

/** A content part that is not text. */
export type FilePart = Exclude<ContentPart, { readonly type: 'text' }>;

const UNKNOWN_TYPE = 'application/octet-stream';

/** By a file name's ending. The first ending of a type is the one that a made-up name gets. */
const TYPE_BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  bmp: 'image/bmp',
  heic: 'image/heic',
  avif: 'image/avif',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  opus: 'audio/opus',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  xml: 'application/xml',
  zip: 'application/zip',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

/** True for a link to Poe's own file host: such a file needs no upload. */
export function isOnPoe(url: string): boolean {
  return /^https:\/\/([\w-]+\.)*poecdn\.net(:443)?\//i.test(url);
}

/** What the part's file is called: its own name, the link's last word, or one made from its type. */
export function fileName(part: FilePart, mediaType: string): string {
  const own = part.type === 'file' ? lastWord(part.filename) : '';
  if (own !== '') return own;
  const linked = /^https?:/i.test(part.url) ? unescaped(lastWord(pathOf(part.url))) : '';
  if (/\.\w{1,8}$/.test(linked)) return linked;
  const [general = ''] = mediaType.split('/');
  const kind = ['image', 'video', 'audio'].includes(general) ? general : 'file';
  const extension = extensionOf(mediaType);
  return extension === undefined ? kind : `${kind}.${extension}`;
}

/** What kind of file a part that Poe already has is, as well as its name and its part tell. */
export function guessMediaType(part: FilePart): string {
  const path = pathOf(part.url);
  const named = part.type === 'file' ? typeOfName(part.filename) : undefined;
  const guessed = named ?? typeOfName(path);
  if (guessed !== undefined) return guessed;
  // Poe's own links have no ending, but a folder for each kind.
  const folder = /\/base\/(image|video|audio)\//.exec(path)?.[1];
  if (part.type === 'image' || folder === 'image') return 'image/png';
  if (folder === 'video') return 'video/mp4';
  return folder === 'audio' ? 'audio/mpeg' : UNKNOWN_TYPE;
}

/** The media type by a name's ending. */
function typeOfName(name: string): string | undefined {
  const extension = /\.(\w{1,8})$/.exec(name)?.[1] ?? '';
  return entryOf(TYPE_BY_EXTENSION, extension.toLowerCase());
}

function extensionOf(mediaType: string): string | undefined {
  return Object.entries(TYPE_BY_EXTENSION).find(([, type]) => type === mediaType)?.[0];
}

/** A link's path, without the host and without what follows a `?` or a `#`. */
function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^\w+:\/\/[^/]*/, '');
}

/** What stands after the last slash, of either kind: a name must not lead into a folder. */
function lastWord(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).trim();
}

/** Percent signs in links, undone where they can be. */
function unescaped(word: string): string {
  try {
    return lastWord(decodeURIComponent(word));
  } catch {
    return word;
  }
}
