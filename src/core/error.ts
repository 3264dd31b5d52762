/**
 * The one error class. A kind decides the status, the code and whether trying again can help;
 * each protocol room writes it in its own dialect. `docs/compatibility.md` has the table for people.
 */
import type { JsonObject } from '../lib/json.ts';

/** What went wrong, in the gateway's own words. */
export type ErrorKind =
  | 'invalid-request'
  | 'unauthenticated'
  | 'insufficient-points'
  | 'forbidden'
  | 'model-not-found'
  | 'not-found'
  | 'unknown-url'
  | 'method-not-allowed'
  | 'too-large'
  | 'context-length'
  | 'rate-limited'
  | 'client-gone'
  | 'internal'
  | 'not-supported'
  | 'upstream-failed'
  | 'overloaded'
  | 'upstream-timeout';

/** HTTP status and default code of each kind; `retryable`: the same request may work later. */
const KINDS: Readonly<Record<ErrorKind, { status: number; code: string; retryable: boolean }>> = {
  'invalid-request': { status: 400, code: 'invalid_value', retryable: false },
  unauthenticated: { status: 401, code: 'invalid_api_key', retryable: false },
  'insufficient-points': { status: 402, code: 'insufficient_quota', retryable: false },
  forbidden: { status: 403, code: 'permission_denied', retryable: false },
  'model-not-found': { status: 404, code: 'model_not_found', retryable: false },
  'not-found': { status: 404, code: 'not_found', retryable: false },
  'unknown-url': { status: 404, code: 'unknown_url', retryable: false },
  'method-not-allowed': { status: 405, code: 'method_not_allowed', retryable: false },
  'too-large': { status: 413, code: 'request_too_large', retryable: false },
  'context-length': { status: 400, code: 'context_length_exceeded', retryable: false },
  'rate-limited': { status: 429, code: 'rate_limit_exceeded', retryable: true },
  'client-gone': { status: 499, code: 'client_closed_request', retryable: false },
  internal: { status: 500, code: 'internal_error', retryable: false },
  'not-supported': { status: 501, code: 'unsupported_operation', retryable: false },
  'upstream-failed': { status: 502, code: 'upstream_error', retryable: true },
  overloaded: { status: 503, code: 'overloaded', retryable: true },
  'upstream-timeout': { status: 504, code: 'upstream_timeout', retryable: true },
};

/** What an error may say beside its kind and message. */
export interface ErrorDetails {
  /** Overrides the kind's code, e.g. `missing_field`. */
  readonly code?: string | undefined;
  /** The field at fault, as a path: `messages[2].content[0].type`. */
  readonly param?: string | undefined;
  /** Seconds to wait before the next try. */
  readonly retryAfter?: number | undefined;
  /** Whether the same request may work later, where the kind alone does not tell. */
  readonly retryable?: boolean | undefined;
  /** Poe began no answer, and says itself that the same may be asked again. */
  readonly allowsRetry?: boolean | undefined;
  /** What a dialect tells programs beside the message. */
  readonly details?: JsonObject | undefined;
  /** Methods the path does answer, for `method-not-allowed`. */
  readonly allow?: readonly string[] | undefined;
}

/** Anything that ends a request badly. The message is for the user: it says what to do. */
export class GatewayError extends Error {
  readonly kind: ErrorKind;
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  readonly allowsRetry: boolean;
  readonly param: string | undefined;
  readonly retryAfter: number | undefined;
  readonly allow: readonly string[] | undefined;
  readonly details: JsonObject | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'GatewayError';
    this.kind = kind;
    this.status = KINDS[kind].status;
    this.code = details.code ?? KINDS[kind].code;
    this.retryable = details.retryable ?? KINDS[kind].retryable;
    this.allowsRetry = details.allowsRetry ?? false;
    this.param = details.param;
    this.retryAfter = details.retryAfter;
    this.allow = details.allow;
    this.details = details.details;
  }
}

/** A bad field in the caller's request: the path comes first, so that it is found at a glance. */
export function invalidField(path: string, problem: string, code?: string): GatewayError {
  return new GatewayError('invalid-request', `${path}: ${problem}`, { param: path, code });
}
