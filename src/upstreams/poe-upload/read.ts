/** What Poe says to an upload: where the file now is, or why it did not take it. */
import { type ErrorKind, GatewayError } from '../../core/error.ts';
import type { Attachment, ReplyHead } from '../../core/upstream.ts';
import { isJsonObject, parseJson } from '../../lib/json.ts';
import { readPoeErrorObject, readPoeErrorReply } from '../poe-shared/error.ts';

/** Statuses that mean something else here than for an answer. */
const KIND_BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  404: 'upstream-failed',
  413: 'too-large',
};

/**
 * @param file What was uploaded; its type is kept where Poe names none.
 * @param key Struck out of whatever Poe says.
 * @returns The file as `CallOptions.attachments` wants it.
 * @throws {GatewayError} With Poe's own words, when it did not take the file.
 */
export function readUpload(
  reply: ReplyHead,
  body: string,
  file: Omit<Attachment, 'url'>,
  key: string,
): Attachment {
  const value = parseJson(body);
  if (reply.status < 200 || reply.status > 299) throw refusal(reply, body, file.name, key);
  const answer = isJsonObject(value) ? value : {};
  const { attachment_url: url, mime_type: mediaType, error } = answer;
  if (typeof url === 'string' && /^https?:\/\//i.test(url))
    return {
      url,
      mediaType: typeof mediaType === 'string' && mediaType !== '' ? mediaType : file.mediaType,
      name: file.name,
    };
  if (error !== undefined && error !== null)
    throw named(readPoeErrorObject(answer, key), file.name);
  const problem = `Poe took the file "${shortName(file.name)}" without saying where it is. Try again.`;
  throw new GatewayError('upstream-failed', problem);
}

/** Refusals come as JSON or as plain text. */
function refusal(reply: ReplyHead, body: string, name: string, key: string): GatewayError {
  const isPlain = parseJson(body) === undefined && !/^\s*</.test(body);
  const error = readPoeErrorReply(reply, isPlain ? JSON.stringify({ message: body }) : body, key);
  const kind = KIND_BY_STATUS[reply.status];
  if (!kind) return named(error, name);
  const words = saysNothing(body) ? `HTTP ${reply.status}.` : error.message;
  return named(new GatewayError(kind, words), name);
}

function saysNothing(body: string): boolean {
  return body.trim() === '' || /^\s*</.test(body);
}

/** Which file it is about; not where it is about the account. */
function named(error: GatewayError, name: string): GatewayError {
  if (!['invalid-request', 'too-large', 'upstream-failed'].includes(error.kind)) return error;
  const { kind, message, retryAfter } = error;
  return new GatewayError(kind, `Poe did not take the file "${shortName(name)}": ${message}`, {
    retryAfter,
  });
}

function shortName(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
