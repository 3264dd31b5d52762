/**
 * `data:` URLs → bytes. Lenient as browsers are (percent signs, missing padding, the alphabet of
 * URLs), and strict where bytes would be lost. The size is known before anything is decoded.
 *
 * @see https://fetch.spec.whatwg.org/#data-url-processor
 */
import { GatewayError } from '../../core/error.ts';

/** A file's content. */
interface DecodedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In lower case, without parameters. */
  readonly mediaType: string;
}

const TOKEN = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/**
 * @param limit The most bytes that a file may have.
 * @throws {GatewayError} `invalid-request` for what is no data URL, `too-large` over the limit. The
 * messages hold nothing of the content.
 */
export function decodeDataUrl(url: string, limit: number): DecodedFile {
  const comma = url.indexOf(',');
  const head = /^data:([^,]{0,1000})$/is.exec(url.slice(0, Math.max(comma, 0)))?.[1];
  if (head === undefined)
    throw invalid("is not a data: URL: it has no comma after the file's type");
  const isBase64 = /;\s*base64\s*$/i.test(head);
  const mediaType = mediaTypeOf(head);
  const data = url.slice(comma + 1);
  // An escaped character takes three: the true size is no less than a third.
  const least = Math.floor(data.length / (data.includes('%') ? 3 : 1)) * (isBase64 ? 0.75 : 1);
  if (least > limit + 2) throw tooLarge(limit);
  const bytes = isBase64 ? fromBase64(data) : fromPercentEncoded(data);
  if (bytes.byteLength > limit) throw tooLarge(limit);
  if (bytes.byteLength === 0) throw invalid('is empty');
  return { bytes, mediaType };
}

/** Without a type it is text, says the standard. */
function mediaTypeOf(head: string): string {
  const [type = ''] = head.split(';');
  const mediaType = type.trim().toLowerCase();
  return TOKEN.test(mediaType) ? mediaType : 'text/plain';
}

function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  const text = data.includes('%') ? latin(fromPercentEncoded(data)) : data;
  const standard = /[-_]/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : text;
  let binary: string;
  try {
    binary = atob(standard);
  } catch {
    throw invalid('is not valid base64');
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** UTF-8, with `%xx` as the bytes they stand for; other percent signs stand for themselves. */
function fromPercentEncoded(data: string): Uint8Array<ArrayBuffer> {
  const source = new TextEncoder().encode(data);
  const bytes = new Uint8Array(source.length);
  let size = 0;
  for (let at = 0; at < source.length; at++) {
    const [high, low] = [hexDigit(source[at + 1]), hexDigit(source[at + 2])];
    if (source[at] === 0x25 && high !== undefined && low !== undefined) {
      bytes[size++] = high * 16 + low;
      at += 2;
    } else bytes[size++] = source[at] ?? 0;
  }
  return bytes.slice(0, size);
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

/** Base64 is ASCII; anything else in it is a mistake that decoding will find. */
function latin(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function invalid(problem: string): GatewayError {
  return new GatewayError(
    'invalid-request',
    `A file of the request ${problem}. Send it as data:<media type>;base64,<content>.`,
  );
}

function tooLarge(limit: number): GatewayError {
  const most = `${Math.floor(limit / 1024 / 1024)} MiB`;
  return new GatewayError('too-large', `A file of the request is larger than ${most}.`);
}
