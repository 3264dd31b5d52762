/**
 * The call that gives Poe a file: its bytes as a form, or the link that Poe fetches it from. The
 * one place of Poe's that wants the key bare, without `Bearer`.
 */
import type { UpstreamCall } from '../../core/upstream.ts';

/** A file to upload. */
interface UploadFile {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly name: string;
}

/** A file that Poe is to fetch itself. */
interface LinkedFile {
  readonly url: string;
  readonly name: string;
}

/** Where the upload goes, and who pays. */
interface UploadOptions {
  /** The whole URL: uploads have a host of their own. */
  readonly url: string;
  readonly key: string;
}

/** @param boundary Random, so that no file contains it; letters and digits, at most 60 of them. */
export function buildUpload(
  { bytes, mediaType, name }: UploadFile,
  boundary: string,
  { url, key }: UploadOptions,
): UpstreamCall {
  const utf8 = new TextEncoder();
  const head = utf8.encode(
    `--${boundary}\r\n` +
      `content-disposition: form-data; name="file"; filename="${formName(name)}"\r\n` +
      `content-type: ${headerValue(mediaType)}\r\n\r\n`,
  );
  const tail = utf8.encode(`\r\n--${boundary}--\r\n`);
  const body = new Uint8Array(head.byteLength + bytes.byteLength + tail.byteLength);
  body.set(head);
  body.set(bytes, head.byteLength);
  body.set(tail, head.byteLength + bytes.byteLength);
  return {
    method: 'POST',
    url,
    headers: { authorization: key, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
  };
}

/** Poe fetches the file from its link. */
export function buildLinkedUpload(file: LinkedFile, { url, key }: UploadOptions): UpstreamCall {
  const form = new URLSearchParams({ download_url: file.url, download_filename: file.name });
  return {
    method: 'POST',
    url,
    headers: { authorization: key, 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}

/** @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function formName(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** A type comes from the client: it must stay in its line. */
function headerValue(mediaType: string): string {
  return /^[\x20-\x7e]{1,200}$/.test(mediaType) ? mediaType : 'application/octet-stream';
}
