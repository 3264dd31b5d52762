/**
 * Refusals on the messages endpoint. The vendor's come with its whole JSON as a string in the message,
 * as recorded; those of Poe's gateway were never recorded: in Anthropic's form, or in Poe's own.
 */
import { failureReply, type Failure } from '../failure.ts';
import { hex } from '../identifier.ts';
import type { JsonObject } from '../json.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';

/** A failure with one of Anthropic's types. */
export function failure(
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Failure {
  return { status, error: { type, message }, headers };
}

/** A request that the vendor refuses. */
export function refused(message: string): Failure {
  return failure(400, 'invalid_request_error', message);
}

/** Type and message; what else a failure has is Poe's. */
export function errorBody({ error }: Failure): JsonObject {
  return { type: 'error', error: { type: error['type'], message: error['message'] } };
}

function errorReply({ status, headers }: Failure, body: JsonObject): Reply {
  return jsonReply(body, status, { 'request-id': `req_poe_${hex(32)}`, ...headers });
}

/** A refusal of Poe's gateway. */
export function gatewayReply(what: Failure, form?: 'poe'): Reply {
  return form === 'poe' ? failureReply(what) : errorReply(what, errorBody(what));
}

/** A refusal of the vendor. */
export function vendorReply(what: Failure, form?: 'plain'): Reply {
  const body = { ...errorBody(what), request_id: `req_vrtx_${hex(24)}` };
  if (form === 'plain') return errorReply(what, body);
  const { type } = what.error;
  return errorReply(what, errorBody({ ...what, error: { type, message: JSON.stringify(body) } }));
}
