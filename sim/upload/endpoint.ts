/**
 * `POST /poe_api/file_upload_3RD_PARTY_POST`: takes a file, or the address of one, and gives it an
 * address on Poe's file host. On the real Poe this is on another host than the bots.
 */
import type { Call } from '../call.ts';
import { hex } from '../identifier.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import { contentOf, digestOf } from './digest.ts';
import { Form, type FormFile } from './form.ts';
import { mediaTypeOf } from './media-type.ts';
import type { Upload, Uploads } from './store.ts';
import { keyTrouble, nameTrouble, textReply } from './trouble.ts';

/** Where files are taken, for the setting `POE_UPLOAD_URL`. */
export const UPLOAD_PATH = '/poe_api/file_upload_3RD_PARTY_POST';

const HOST = 'https://pfst.cf2.poecdn.net/base';

/** The same content under the same name and type gets the same address. */
function addressOf(contentType: string, identity: string): string {
  return `${HOST}/${contentType.split('/')[0]}/${digestOf(identity)}`;
}

function uploaded({ filename, contentType, bytes }: FormFile): Upload {
  const type = mediaTypeOf(filename, contentType);
  const content = contentOf(bytes, type);
  const url = addressOf(type, `${filename} ${type} ${content.digest}`);
  return { url, filename, contentType: type, content };
}

function linked(address: string, filename: string): Upload {
  const type = mediaTypeOf(filename);
  return { url: addressOf(type, address), filename, contentType: type, content: undefined };
}

/** The last segment of a URL's path; undefined when it is no address that Poe would fetch. */
function filenameOf(address: string): string | undefined {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).pathname.split('/').at(-1) || 'file';
}

function accept(upload: Upload, uploads: Uploads): Reply {
  const trouble = nameTrouble(upload.filename, uploads);
  if (trouble) return trouble;
  if ((upload.content?.size ?? 0) > uploads.limit) return textReply(413, 'File is too large.');
  uploads.add(upload);
  return jsonReply({
    attachment_url: upload.url,
    mime_type: upload.contentType,
    ...(upload.content && { size: upload.content.size }),
    file_id: hex(16),
  });
}

/** Answers an upload. */
export function uploadFile({ authorization, body, uploads }: Call): Reply {
  const refusal = keyTrouble(authorization);
  if (refusal) return refusal;
  if (!(body instanceof Form)) return textReply(400, 'Expected a form.');
  const file = body.files['file'];
  if (file && file.filename !== '') return accept(uploaded(file), uploads);
  if (file || 'file' in body.fields) return textReply(400, 'file must have a filename.');
  const address = body.fields['download_url'];
  if (address === undefined) return textReply(400, 'file or download_url is required.');
  const own = filenameOf(address);
  if (own === undefined) return textReply(400, 'download_url must be an http(s) address.');
  return accept(linked(address, body.fields['download_filename'] ?? own), uploads);
}
