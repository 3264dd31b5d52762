/**
 * The parts of OpenAI's reply that the whole completion and the stream share.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/object
 */
import type { FinishReason } from '../../core/event.ts';

/** What the client's request says about the form of the reply. */
export interface ReplyForm {
  /** The prompt of each choice. */
  readonly prompts: readonly string[];
  /** The prompt stands before the text. */
  readonly echo: boolean;
  /** A last chunk with the usage is wanted. */
  readonly includeUsage: boolean;
}

/** OpenAI knows three reasons; any other end is an ordinary one. */
export function wireFinishReason(reason: FinishReason): string {
  if (reason === 'content-filter') return 'content_filter';
  return reason === 'length' ? 'length' : 'stop';
}
