/**
 * What a protocol room gives the gateway: its clients' JSON read into the neutral request, and the
 * neutral answer written in its clients' form, whole or as a stream. Data only, never a `Response`.
 */
import type { JsonValue } from '../lib/json.ts';
import type { Completion } from './completion.ts';
import type { GatewayError } from './error.ts';
import type { Sink } from './event.ts';
import type { GenerationRequest, Message } from './request.ts';

/** One dialect that clients speak. */
export interface Protocol {
  /** @throws {GatewayError} `invalid-request`, naming the bad field. */
  parse(body: JsonValue, headers: RequestHeaders): ParsedRequest | Promise<ParsedRequest>;
}

/** How a protocol's clients are told of errors. */
export interface Dialect {
  /** The JSON body of an error reply. */
  error(error: GatewayError, requestId: string): JsonValue;
  /** The HTTP status, where the dialect has another one than the rest of the world. */
  status?(error: GatewayError): number;
  /** The header that its clients look for the request's id in, beside `x-request-id`. */
  readonly requestIdHeader?: string;
  /**
   * How a limit of requests is told in headers, where it is not as OpenAI's clients know it.
   *
   * @param resetAt Milliseconds since 1970.
   */
  limitHeaders?(
    limit: number,
    remaining: number,
    resetAt: number,
  ): Readonly<Record<string, string>>;
}

/** The part of `Headers` that is used. */
export interface RequestHeaders {
  get(name: string): string | null;
}

/** A client's request, understood; and how its answer is to be written. */
export interface ParsedRequest {
  /** `model` as the client named it (empty: none named); `parameters` not yet checked. */
  readonly request: GenerationRequest;
  /** How many answers are wanted (OpenAI's `n`). */
  readonly choices: number;
  readonly streamed: boolean;
  /** The client's field behind a parameter of the bot's, where the two have not one name. */
  readonly parameterFields: ReadonlyMap<string, string>;
  /** Paths of what was dropped, for `x-poeway-ignored`. */
  readonly ignored: readonly string[];
  /** The conversation of one choice, where the choices do not share one. */
  messagesOf?(choice: number): readonly Message[];
  /** The non-stream reply; one completion for each choice. */
  render(completions: readonly Completion[], answer: AnswerIdentity): JsonValue;
  /** The streamed reply: one sink for each choice, all writing SSE frames to the same `write`. */
  renderStream(answer: AnswerIdentity, write: (frames: string) => void): readonly Sink[];
}

/** What a reply says of itself. */
export interface AnswerIdentity {
  /** Random, unique, without a prefix: used when Poe gave the answer no id. */
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The model's name, as the client asked for it. */
  readonly model: string;
}
