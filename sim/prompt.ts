/**
 * What a bot is asked, free of any protocol: each protocol folder reads its own request into this.
 * It holds what bots look at, not all that a request may say.
 */

/** One earlier message, reduced to its role and its text. */
interface Turn {
  readonly role: string;
  readonly text: string;
}

/** A tool on offer; `parameters` is its JSON schema. */
export interface Tool {
  readonly name: string;
  readonly parameters: unknown;
}

/** A question to a bot. */
export interface Prompt {
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
