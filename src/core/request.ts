/**
 * The neutral request: what a protocol room reads out of a client's JSON and an upstream room
 * writes into Poe's. It holds what every chat API shares, in this project's own words.
 */
import type { JsonObject, JsonValue } from '../lib/json.ts';

/** One generation to ask for. */
export interface GenerationRequest {
  /** The bot's name as Poe knows it (the gateway resolves what the client sent). */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice | undefined;
  readonly parallelToolCalls?: boolean | undefined;
  readonly maxOutputTokens?: number | undefined;
  /** 0 to 2. */
  readonly temperature?: number | undefined;
  /** 0 to 1. */
  readonly topP?: number | undefined;
  /** The answer ends before the first of these; none is empty. */
  readonly stop: readonly string[];
  /** Vendors' token ids, each with a bias of -100 to 100: a hint, as the client wrote it. */
  readonly logitBias?: JsonObject | undefined;
  readonly reasoningEffort?: string | undefined;
  /** How many tokens the thinking may take at most; 0: it shall not think. */
  readonly reasoningBudget?: number | undefined;
  readonly outputFormat?: OutputFormat | undefined;
  /** Parameters of the bot's own (`aspect_ratio`, `thinking_budget`, …), declared by its card. */
  readonly parameters: JsonObject;
  /** For a way that speaks the client's own protocol; no other reads it. */
  readonly original?: OriginalRequest | undefined;
}

/** Protocols that Poe speaks too, for some bots: such a request can be relayed. */
export type RelayedProtocol = 'anthropic-messages' | 'openai-responses';

/** The request in the client's own words. */
export interface OriginalRequest {
  readonly protocol: RelayedProtocol;
  readonly body: JsonObject;
  /** Those of the client's headers that belong to the protocol; names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One message of the conversation, oldest first. */
export type Message =
  | {
      readonly role: 'system';
      readonly content: readonly ContentPart[];
      readonly name?: string | undefined;
    }
  | {
      readonly role: 'user';
      readonly content: readonly ContentPart[];
      readonly name?: string | undefined;
    }
  | {
      readonly role: 'assistant';
      readonly content: readonly ContentPart[];
      readonly toolCalls: readonly ToolCall[];
      /** What it thought before it said so; a vendor's signature of it is not kept. */
      readonly reasoning?: string | undefined;
      readonly name?: string | undefined;
    }
  | {
      readonly role: 'tool';
      readonly content: readonly ContentPart[];
      readonly toolCallId: string;
    };

/** A piece of a message's content. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  /** `url` is a `data:` or an `https:` URL; it is never fetched here. */
  | { readonly type: 'image'; readonly url: string; readonly detail?: string | undefined }
  /** A document, a sound or a film; `url` is a `data:` or an `https:` URL, never fetched here. */
  | { readonly type: 'file'; readonly url: string; readonly filename: string };

/** A call that the model made; `arguments` is JSON text, as the model wrote it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A function the model may call; `parameters` is a JSON schema. */
export interface Tool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: JsonObject | undefined;
}

/** Whether the model may, must or must not call a tool; `{ name }` forces that one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** What the answer's text must be. Plain text is the absence of a format. */
export type OutputFormat =
  | { readonly type: 'json-object' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema?: JsonValue | undefined;
      readonly description?: string | undefined;
      readonly strict?: boolean | undefined;
    };
