/**
 * What a bot is asked, free of any protocol: each protocol folder reads its own request into this.
 * It holds what bots look at, not all that a request may say.
 */

/** What is known of a file's content. */
export interface Content {
  readonly size: number;
  /** SHA-256 in hex. */
  readonly digest: string;
  /** The first characters of a text file. */
  readonly excerpt: string | undefined;
}

/** A file that came with a message. */
export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  /** Where it is; data: URLs are shortened. */
  readonly url: string;
  readonly inlineRef: string | undefined;
  /** Undefined when nobody here has seen the content. */
  readonly content: Content | undefined;
}

/** One earlier message, reduced to what bots look at. */
export interface Turn {
  /** `system`, `user`, `assistant` or `tool`, whatever the protocol calls them. */
  readonly role: string;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
}

/** A tool on offer; `parameters` is its JSON schema. */
export interface Tool {
  readonly name: string;
  readonly parameters: unknown;
  /** The group it belongs to, where names are only good within one: the responses endpoint has such. */
  readonly namespace?: string;
  /** It takes a text instead of JSON; called with a JSON string, or with an object of `input`. */
  readonly custom?: boolean;
}

/** JSON that the caller wants the answer to be; no schema means any object. */
export interface Format {
  readonly schema: unknown;
}

/** A question to a bot. */
export interface Prompt {
  /** Which way it came. */
  readonly door: 'chat' | 'native' | 'responses' | 'messages';
  /** The model name as the caller wrote it. */
  readonly model: string;
  readonly key: string;
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  /** `auto`, `none`, `required`, or the one tool to call. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string };
  readonly parallelToolCalls: boolean;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly stream: boolean;
  readonly format: Format | undefined;
  /** The bot may look things up on the web. */
  readonly webSearch?: boolean;
  /** The bot's own parameters, as declared on its card. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The text of the last user turn; '' when there is none. */
export function userText(prompt: Prompt): string {
  return prompt.turns.findLast((turn) => turn.role === 'user')?.text ?? '';
}

/** A crude token count: words. Poe's own counts are no better founded. */
export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
