/**
 * The media type that an upload is given: the one it was sent with, else one guessed from its name.
 */

const UNKNOWN = 'application/octet-stream';

const BY_EXTENSION: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
};

/** The media type of a file. */
export function mediaTypeOf(filename: string, sentAs = ''): string {
  const known = sentAs.split(';')[0]?.trim();
  if (known && known !== UNKNOWN) return known;
  const extension = filename.split('.').at(-1)?.toLowerCase() ?? '';
  return BY_EXTENSION[extension] ?? UNKNOWN;
}
