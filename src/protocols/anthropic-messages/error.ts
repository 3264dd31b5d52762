/**
 * Errors in Anthropic's dialect: `{ type: 'error', error: { type, message }, request_id }`. The SDKs
 * choose their error class by the status; Claude Code shortens its conversation at the words
 * "prompt is too long".
 *
 * @see https://docs.anthropic.com/en/api/errors
 */
import type { ErrorKind, GatewayError } from '../../core/error.ts';
import type { Dialect } from '../../core/protocol.ts';
import type { JsonObject } from '../../lib/json.ts';

/** Anthropic's `type` of each kind; the rest is `invalid_request_error` or `api_error` by status. */
const TYPES: Partial<Record<ErrorKind, string>> = {
  unauthenticated: 'authentication_error',
  'insufficient-points': 'billing_error',
  forbidden: 'permission_error',
  'model-not-found': 'not_found_error',
  'not-found': 'not_found_error',
  'unknown-url': 'not_found_error',
  'too-large': 'request_too_large',
  'rate-limited': 'rate_limit_error',
  overloaded: 'overloaded_error',
  'upstream-timeout': 'timeout_error',
};

/** Anthropic has a status of its own for it. */
const OVERLOADED = 529;

/** The body of an error reply, and the data of an `error` event. */
export function anthropicError(error: GatewayError, requestId?: string): JsonObject {
  const { kind, status, message, details } = error;
  const type = TYPES[kind] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const told = { type, message: kind === 'context-length' ? tooLong(message) : message };
  return {
    type: 'error',
    error: details === undefined ? told : { ...told, details },
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

function tooLong(message: string): string {
  return /prompt is too long/i.test(message) ? message : `prompt is too long: ${message}`;
}

/** What Anthropic's clients are told in. */
export const anthropicDialect: Dialect = {
  error: anthropicError,
  status: ({ kind, status }) => (kind === 'overloaded' ? OVERLOADED : status),
  requestIdHeader: 'request-id',
  limitHeaders: (limit, remaining, resetAt) => ({
    'anthropic-ratelimit-requests-limit': String(limit),
    'anthropic-ratelimit-requests-remaining': String(remaining),
    // To the second, as Anthropic has it.
    'anthropic-ratelimit-requests-reset': `${new Date(Math.ceil(resetAt / 1000) * 1000).toISOString().slice(0, 19)}Z`,
  }),
};
