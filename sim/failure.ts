/**
 * Poe's errors: the body forms it documents and the ones that were really recorded (they differ in
 * where, and whether, a `code` appears). Rows of data and their replies; no decision is made here.
 */
import { hex } from './identifier.ts';
import type { JsonObject } from './json.ts';
import { jsonReply, type Reply } from './wire/reply.ts';

/** An error before it is a reply. */
export interface Failure {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of its native `error` event that do not follow from the status. */
  readonly native?: JsonObject;
}

/** The form Poe documents: the HTTP status again as an integer `code`. */
export function documented(
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Failure {
  return { status, error: { code: status, type, message, metadata: {} }, headers };
}

/** A check that Poe's own gateway makes: names the field, has a string code. */
export function rejected(message: string, param: string, code: string): Failure {
  return { status: 400, error: { message, type: 'invalid_request_error', param, code } };
}

/** A refusal that came from the vendor behind Poe: message and an error id, no code. */
export function vendorRejected(message: string): Failure {
  return { status: 400, error: { message, type: 'invalid_request_error', error_id: hex(32) } };
}

export function unauthenticated(): Failure {
  return documented(401, 'authentication_error', 'The API key is missing, invalid or expired.');
}

export function unknownModel(model: string): Failure {
  return {
    status: 404,
    error: {
      message: `The model \`${model}\` does not exist or you do not have access to it.`,
      type: 'invalid_request_error',
    },
  };
}

/** Names with a `vendor/` in front stopped resolving in March 2026, with words of their own. */
export function unknownBot(model: string): Failure {
  return {
    status: 404,
    error: { message: `Bot does not exist: ${model}`, type: 'not_found_error' },
  };
}

export function unknownPath(method: string, path: string): Failure {
  return documented(404, 'not_found_error', `There is no endpoint ${method} ${path}.`);
}

/** A failure in the words of Poe's native protocol, which has no status: for HTTP it gets one. */
export function nativeFailure(status: number, native: JsonObject): Failure {
  const { text = 'Internal server error' } = native;
  const type = status < 500 ? 'invalid_request_error' : 'provider_error';
  return { status, error: { message: text, type }, native };
}

/** The reply that carries a failure. */
export function failureReply({ status, error, headers = {} }: Failure): Reply {
  return jsonReply({ error }, status, { 'x-request-id': `req_${hex(24)}`, ...headers });
}
