/**
 * What a bot is: a name, a card, and a behaviour made of small parts: what it says, how the events
 * of its stream are arranged, how they are framed, how the bytes are dealt out. The table of bots
 * is in `bots.ts`; turning a behaviour into a reply is each protocol folder's work.
 */
import type { Failure } from './failure.ts';
import type { JsonObject } from './json.ts';
import type { Betas } from './messages/betas.ts';
import type { Block } from './messages/block.ts';
import type { VendorModel } from './messages/vendor-model.ts';
import type { ModelCard } from './model-card.ts';
import type { Piece } from './piece.ts';
import type { Prompt } from './prompt.ts';
import type { Reply, Write } from './wire/reply.ts';

/** What a bot looked up on the web before it spoke. */
export interface Search {
  readonly query: string;
  /** Addresses; a text that links to one is annotated. */
  readonly sources: readonly { readonly url: string; readonly title: string }[];
}

/** All that a bot says to one prompt. */
export interface Answer {
  readonly pieces: readonly Piece[];
  readonly finish: string | null;
  /** Only the responses endpoint tells of them. */
  readonly searches?: readonly Search[];
}

/** One server-sent event, and which part of the answer it is. */
export interface StreamEvent {
  readonly part: 'meta' | 'piece' | 'finish' | 'usage' | 'done' | 'error' | 'noise';
  /** The SSE event name, where there is one. */
  readonly event?: string;
  readonly data: string;
}

/** How a protocol spells what an arrangement puts between its events. */
export interface Spelling {
  /** A failure in the middle of a stream. */
  readonly error: (failure: Failure) => StreamEvent;
  /** An event whose data is not JSON. */
  readonly garbage: StreamEvent;
}

/** Rearranges the events of a stream. */
export type Arrangement = (
  events: readonly StreamEvent[],
  spelling: Spelling,
) => readonly StreamEvent[];

/** How usage is reported: as Poe mostly does, never, inside the finish chunk, or with details. */
export type UsageStyle = 'last-chunk' | 'none' | 'on-finish' | 'details';

/** What only the native protocol can bend. */
interface NativeManner {
  /** Text comes as `text` events, or as `json` events with `delta.content`. */
  readonly textIn?: 'text' | 'json';
  /** Reasoning as a quotation, or as a progress line that is replaced again and again. */
  readonly reasoningIn?: 'quotation' | 'progress';
  /** A `json` event with usage at the end; without it only calls bring one. */
  readonly usage?: boolean;
  /** The first event's data; `null` leaves the event out. */
  readonly meta?: unknown;
  /** Rearranges the events, after the bot's general arrangement. */
  readonly events?: Arrangement;
  /** Data of `done`; `{}` without it. */
  readonly done?: string;
  /** `refuse`: a request with tools is turned down; without it tools are not seen by a bot that lists none. */
  readonly tools?: 'refuse';
}

/** What only the messages protocol can bend. */
export interface MessagesManner {
  /** Bends that hold on this endpoint, in place of the bot's others. */
  readonly bends?: Partial<Speech>;
  /** Reshapes the content. */
  readonly blocks?: (blocks: readonly Block[], prompt: Prompt) => readonly Block[];
  /** Bytes of its own making. */
  readonly reply?: (prompt: Prompt) => Reply;
  /** What the model behind it can do, where that is unusual. */
  readonly model?: Partial<VendorModel>;
  /** What the vendor makes of betas; without it those are refused that no client was seen to send. */
  readonly betas?: Betas;
  /** The vendor's refusals are not wrapped into another. */
  readonly refusals?: 'plain';
  /** The refusals of Poe's gateway have Poe's own form. */
  readonly gatewayErrors?: 'poe';
}

/** A bot that speaks. Everything but `says` bends the ordinary way of delivering it. */
export interface Speech {
  readonly says: (prompt: Prompt) => Answer;
  readonly usage?: UsageStyle;
  /** Answers in the other mode than it was asked in. */
  readonly insists?: 'stream' | 'whole';
  /** The model name it reports instead of the caller's. */
  readonly model?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly startAfter?: number;
  /** Which members carry reasoning. */
  readonly reasoningIn?: readonly string[];
  /** Reshapes each delta of a stream, and the message of a whole answer. */
  readonly message?: (message: JsonObject) => JsonObject;
  /** Reshapes each tool call, or piece of one. */
  readonly toolCall?: (call: JsonObject) => JsonObject;
  /** Reshapes the outermost object: every chunk, or the completion. */
  readonly envelope?: (envelope: JsonObject) => JsonObject;
  /** Stream only: rearranges the events. */
  readonly events?: Arrangement;
  /** Stream only: writes one event out. */
  readonly frame?: (event: StreamEvent) => string;
  /** Stream only: deals the frames out over socket writes. */
  readonly writes?: (frames: readonly string[]) => Iterable<Write>;
  /** Whole only: what becomes of the finished JSON text. */
  readonly whole?: (json: string) => Partial<Reply>;
  readonly native?: NativeManner;
  readonly messages?: MessagesManner;
}

/** A bot that answers with bytes of its own making. */
interface Recital {
  readonly reply: (prompt: Prompt) => Reply;
}

/** One bot. */
export interface Bot {
  /** Its display name; the id is the lowercase of it. */
  readonly name: string;
  /** One line on what it does. */
  readonly description: string;
  /** Its entry in the model list; undefined for a bot that is callable but not listed. */
  readonly card: ModelCard | undefined;
  readonly behaviour: Speech | Recital;
  /** Whose words refuse tools, where there are none; Poe's gateway without it. */
  readonly toolsRefusedBy?: 'gateway' | 'layer-behind';
  /** On the responses endpoint: types of tools it does not know are overlooked, not refused. */
  readonly toolTypes?: 'any';
  /** What the vendor behind this bot, and no other, refuses. */
  readonly refuses?: (request: JsonObject) => Failure | undefined;
  /** The same for a native query. */
  readonly refusesQuery?: (query: JsonObject) => Failure | undefined;
}
