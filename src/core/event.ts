/**
 * The neutral answer: every upstream's reply becomes a sequence of these events, and every
 * protocol's reply is written from them. A stage takes events and gives events (`stages/`).
 */
import type { JsonObject } from '../lib/json.ts';
import type { GatewayError } from './error.ts';

/** Why the model stopped. `other` keeps the vendor's own word in `rawReason`. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** Token counts of one answer. `estimated`: counted here, because Poe gave none. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` read from the vendor's cache. */
  readonly cachedInputTokens?: number | undefined;
  /** The part of `outputTokens` spent on thinking. */
  readonly reasoningTokens?: number | undefined;
  readonly estimated: boolean;
}

/**
 * One event of an answer. Order: `response-start` first and once; deltas, and among them or
 * after them at most one `usage`; then exactly one `finish` or `error`, last.
 */
export type GenerationEvent =
  | { readonly type: 'response-start'; readonly id?: string | undefined }
  | { readonly type: 'text-delta'; readonly text: string }
  | TextReplace
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly text: string }
  | ToolCallDelta
  | FileEvent
  | { readonly type: 'usage'; readonly usage: Usage }
  | FinishEvent
  | RelayedEvent
  | { readonly type: 'relayed-reply'; readonly body: JsonObject }
  | { readonly type: 'error'; readonly error: GatewayError };

/**
 * A tool call grows. Indexes count from 0 without gaps. The first delta of an index has `id` and
 * `name`; later ones only `arguments`, a piece of JSON text.
 */
export interface ToolCallDelta {
  readonly type: 'tool-call-delta';
  readonly index: number;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly arguments: string;
}

/** The model stopped. */
interface FinishEvent {
  readonly type: 'finish';
  readonly reason: FinishReason;
  /** The vendor's word. */
  readonly rawReason: string;
  /** Which stop sequence ended the text, where that is known. */
  readonly stopSequence?: string | undefined;
}

/**
 * An event of a stream that is in the client's protocol already: passed on, all but what must differ.
 * A relayed answer tells nothing else but its usage and its end.
 */
interface RelayedEvent {
  readonly type: 'relayed-event';
  /** The event's own type: `message_start`, `response.completed`, … */
  readonly name: string;
  /** JSON text. */
  readonly data: string;
}

/**
 * All text so far becomes this: the native protocol lets a bot take back what it has said. No client
 * protocol can say so; `settle-replace` turns it into deltas, and none passes that stage.
 */
interface TextReplace {
  readonly type: 'text-replace';
  readonly text: string;
}

/** A file that the bot made. `place-files` writes it into the text; it also stays in the answer. */
interface FileEvent {
  readonly type: 'file';
  readonly file: OutputFile;
}

/** A picture, a film, a sound or a document that the bot made, on Poe's file host. */
export interface OutputFile {
  readonly url: string;
  /** `image/png`, …; empty when Poe does not say. */
  readonly mediaType: string;
  readonly name: string;
  /** The text may name the file by this: `![title][ref]`. */
  readonly inlineRef?: string | undefined;
}

/** Where events go. `end` says that no event will follow, whether or not a `finish` came. */
export interface Sink {
  event(event: GenerationEvent): void;
  end(): void;
}
