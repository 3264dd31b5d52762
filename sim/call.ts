/**
 * One incoming call as endpoints see it, and the shape of an endpoint. Endpoints are functions
 * from a call to a reply: they see no socket and write nothing themselves.
 */
import type { Callers } from './auth.ts';
import type { Uploads } from './upload/store.ts';
import type { Expenses } from './usage/expenses.ts';
import type { Reply } from './wire/reply.ts';

/** A request, read to its end. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** The bearer key; '' when the header is there but empty, undefined when there is none. */
  readonly key: string | undefined;
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  /** All headers; names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, a `Form`, the raw text when it is neither, or undefined when nothing was sent. */
  readonly body: unknown;
  /** What is remembered of those who call. */
  readonly callers: Callers;
  /** The files that were sent here before. */
  readonly uploads: Uploads;
  /** What the calls before have cost. */
  readonly expenses: Expenses;
}

/** Answers one call. */
export type Endpoint = (call: Call) => Reply;
