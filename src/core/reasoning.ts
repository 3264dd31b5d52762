/**
 * What a model thought before it called tools, given back to it with their results: models that think
 * between calls lose the thread without. Thoughts before the user's last word are of no more use.
 */
import type { GenerationRequest, Message } from './request.ts';

/** Whether there is a thought that `withReasoning` would leave in. */
export function hasReasoning({ messages }: GenerationRequest): boolean {
  return messages.slice(lastUser(messages) + 1).some(isThought);
}

/** The request with the thoughts since the user's last word, or with none. */
export function withReasoning(request: GenerationRequest, keeps: boolean): GenerationRequest {
  const { messages } = request;
  if (!messages.some(isThought)) return request;
  const from = keeps ? lastUser(messages) : messages.length;
  return {
    ...request,
    messages: messages.map((message, index) =>
      index < from && message.role === 'assistant' ? withoutReasoning(message) : message,
    ),
  };
}

function withoutReasoning(message: Message & { readonly role: 'assistant' }): Message {
  const { reasoning: _, ...rest } = message;
  return rest;
}

function isThought(message: Message): boolean {
  return message.role === 'assistant' && (message.reasoning ?? '') !== '';
}

function lastUser(messages: readonly Message[]): number {
  return messages.findLastIndex(({ role }) => role === 'user');
}
