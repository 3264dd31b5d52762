/** Asking once more for JSON, with what was wrong. */
import type { GenerationRequest } from '../request.ts';
import { textMessage } from './system-text.ts';

/** An answer that is not the JSON that was asked for. */
export interface JsonFault {
  /** The answer's text, as the bot wrote it. */
  readonly said: string;
  readonly problem: string;
}

/** The request that follows: the conversation, what the bot said, and what was wrong with it. */
export function askForJsonAgain(request: GenerationRequest, fault: JsonFault): GenerationRequest {
  const words = `${fault.problem}\nAnswer again, with the corrected JSON only.`;
  const said = fault.said.trim() === '' ? [] : [textMessage('assistant', fault.said)];
  return { ...request, messages: [...request.messages, ...said, textMessage('user', words)] };
}
