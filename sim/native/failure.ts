/**
 * Failures as the native protocol tells them: an `error` event under status 200, or an HTTP status.
 * Which of the two Poe uses for what is unknown: a key with `-event` in it gets events, any other
 * gets statuses.
 */
import type { StreamEvent } from '../bot.ts';
import { failureReply, type Failure } from '../failure.ts';
import type { JsonObject } from '../json.ts';
import { frame } from '../wire/frame.ts';
import type { Reply } from '../wire/reply.ts';
import { spacedJson } from './json.ts';

/** HTTP status → the members of the event beside its text. */
const MEMBERS: Readonly<Record<number, JsonObject>> = {
  400: { allow_retry: false, error_type: 'user_caused_error' },
  401: { allow_retry: false },
  402: { allow_retry: false, error_type: 'insufficient_fund' },
  403: { allow_retry: false, error_type: 'privacy_authorization_error' },
  404: { allow_retry: false },
  413: { allow_retry: false, error_type: 'user_message_too_long' },
};

const DONE: StreamEvent = { part: 'done', event: 'done', data: '{}' };

/** The `error` event of a failure. */
export function errorEvent({ status, error, native }: Failure): StreamEvent {
  const { allow_retry: retry = true, ...rest } = MEMBERS[status] ?? {};
  const data = native ?? { allow_retry: retry, text: error['message'], ...rest };
  return { part: 'error', event: 'error', data: spacedJson(data) };
}

/** Status 200, the error, and the end. */
export function errorStream(failure: Failure): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
    writes: [errorEvent(failure), DONE].map(frame),
  };
}

/** The refusal of a native request, in the way that the caller's key asks for. */
export function nativeRefusal(failure: Failure, key: string | undefined): Reply {
  return key?.includes('-event') ? errorStream(failure) : failureReply(failure);
}
