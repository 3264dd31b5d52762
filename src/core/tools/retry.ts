/** Asking once more for calls, with what was wrong. */
import type { GenerationRequest, ToolCall } from '../request.ts';
import { textMessage } from '../json-output/system-text.ts';

/** What a bot wrote that cannot be called, or that should have been a call. */
export interface ToolFault {
  /** The answer's text, as the bot wrote it, calls and all. */
  readonly said: string;
  /** In words for a model; at least one. */
  readonly problems: readonly string[];
  /** The text of it that the client has already. */
  readonly told: string;
  /** The calls that were good: the client has them already. */
  readonly made: readonly ToolCall[];
}

/**
 * The request that follows: the conversation, what the bot said, and what was wrong with it.
 *
 * @param request As it was sent, with its tools emulated.
 */
export function askForCallsAgain(request: GenerationRequest, fault: ToolFault): GenerationRequest {
  const names = fault.made.map(({ name }) => JSON.stringify(name)).join(', ');
  const made =
    names === '' ? [] : [`Your other calls are being made: ${names}. Do not repeat them.`];
  const words = [
    ...fault.problems,
    ...made,
    'Answer again, with the corrected <tool_call> block only.',
  ];
  const said = fault.said.trim() === '' ? [] : [textMessage('assistant', fault.said)];
  return {
    ...request,
    messages: [...request.messages, ...said, textMessage('user', words.join('\n'))],
  };
}
