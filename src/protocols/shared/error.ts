/**
 * Errors in OpenAI's dialect: `{ error: { message, type, param, code } }`. The SDKs choose their
 * error class by the status, and agents print the message.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
import type { ErrorKind, GatewayError } from '../../core/error.ts';
import type { Dialect } from '../../core/protocol.ts';
import type { JsonObject } from '../../lib/json.ts';

/** OpenAI's `type` of each kind; the rest is `invalid_request_error` or `server_error` by status. */
const TYPES: Partial<Record<ErrorKind, string>> = {
  unauthenticated: 'authentication_error',
  'insufficient-points': 'insufficient_quota',
  forbidden: 'permission_error',
  'rate-limited': 'rate_limit_error',
};

/** The body of an error reply, and of an error inside a stream. */
export function openaiError(error: GatewayError): JsonObject {
  return {
    error: {
      message: error.message,
      type: TYPES[error.kind] ?? (error.status < 500 ? 'invalid_request_error' : 'server_error'),
      param: error.param ?? null,
      code: error.code,
    },
  };
}

/** What every client is told in, but Anthropic's. */
export const openaiDialect: Dialect = { error: openaiError };
