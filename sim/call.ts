/**
 * One incoming call as endpoints see it, and the shape of an endpoint. Endpoints are functions
 * from a call to a reply: they see no socket and write nothing themselves.
 */
import type { Reply } from './wire/reply.ts';

/** A request, read to its end. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** The bearer key; '' when the header is there but empty, undefined when there is none. */
  readonly key: string | undefined;
  /** Parsed JSON, or the raw text when it is none, or undefined when nothing was sent. */
  readonly body: unknown;
}

/** Answers one call. */
export type Endpoint = (call: Call) => Reply;
