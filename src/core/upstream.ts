/**
 * What an upstream room gives the gateway: the one HTTP call that asks for an answer, a reader
 * that turns the reply's bytes into events, and the meaning of its error replies. No I/O here.
 */
import type { GatewayError } from './error.ts';
import type { Sink } from './event.ts';
import type { GenerationRequest, RelayedProtocol } from './request.ts';

/** One way to ask Poe. */
export interface Upstream {
  /** Shown to users in `x-poeway-upstream`. */
  readonly name: string;
  /**
   * Poe's own protocol: files are uploaded before (`CallOptions.attachments`), parameters need not be
   * declared, and answers may take text back and tell of files beside the text.
   */
  readonly isNative?: boolean;
  /**
   * It passes requests of this protocol on as they are (`GenerationRequest.original`), and tells the
   * reply in `relayed-…` events.
   */
  readonly relays?: RelayedProtocol;
  /** What of the request it has no place for, in the words of `x-poeway-ignored`. */
  ignores?(request: GenerationRequest): readonly string[];
  build(request: GenerationRequest, options: CallOptions): UpstreamCall;
  /** A reader for the body of a 2xx reply; it is fed the network's chunks as they come. */
  read(reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader;
  /**
   * What a reply with a status outside 2xx means; its message never holds the key.
   *
   * @param now Milliseconds since 1970, for a date that Poe names.
   */
  readError(reply: ReplyHead, body: string, key: string, now?: number): GatewayError;
}

/** A way to serve a request: whom to ask, and what that upstream does itself for this bot. */
export interface Way {
  readonly upstream: Upstream;
  /** Else tools are described in the prompt, and calls lifted from the text. */
  readonly nativeTools: boolean;
  /**
   * Who sees to the output format: the upstream; the upstream, and its answer is checked; or the
   * prompt, and the answer is checked.
   */
  readonly format: 'native' | 'checked' | 'emulated';
  /** It refuses requests that the next way takes: any refusal leads there. */
  readonly isPicky?: boolean;
  /** It is told what the bot thought before it called tools. */
  readonly keepsReasoning?: boolean;
}

/**
 * What a bot may refuse while it takes the rest: tools; the chat endpoint; thoughts given back; to be
 * asked in the client's own protocol; that with tools of special kinds, or with beta features.
 */
export type Refusable = 'tools' | 'chat' | 'reasoning' | 'relay' | 'relay-tools' | 'relay-betas';

/** What a reader needs beside the reply. */
export interface ReadContext {
  /** Struck out of every error message: a vendor may have repeated it. */
  readonly key: string;
  /** A stream was asked for, should the reply not say what it is. */
  readonly stream: boolean;
  /** Makes up ids that the reply left out. */
  readonly randomId: () => string;
}

/** What every call needs beside the request itself. */
export interface CallOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The Poe API key that pays for the call. */
  readonly key: string;
  /** Ask for the answer as a stream of events. */
  readonly stream: boolean;
  /** What Poe has of the request's files, by the `url` of the content part. */
  readonly attachments?: ReadonlyMap<string, Attachment> | undefined;
}

/** A file that Poe already has. */
export interface Attachment {
  readonly url: string;
  readonly mediaType: string;
  readonly name: string;
}

/** One HTTP call, ready to send. */
export interface UpstreamCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** The status line and headers of a reply. */
export interface ReplyHead {
  readonly status: number;
  /** A header's value; names are lower case. */
  header(name: string): string | undefined;
}

/** Turns bytes into events, synchronously. */
export interface BodyReader {
  feed(bytes: Uint8Array): void;
  /**
   * The bytes are over: by themselves, or because of `failure`. Emits what is still owed (a held
   * `finish`, or an `error` for an answer that was cut short), then ends the sink.
   */
  end(failure?: GatewayError): void;
  /** Whether the answer itself is over: what may still come is its token counts, and the end. */
  isFinished?(): boolean;
  /** Whether Poe has said everything: what may still arrive is not needed. */
  isComplete(): boolean;
}
