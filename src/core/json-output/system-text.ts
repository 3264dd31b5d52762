/** Telling the model something beside what the client told it. */
import type { ContentPart, Message } from '../request.ts';

/** The messages with more system text: at the end of the opening system message, or as a new one. */
export function withSystemText(messages: readonly Message[], text: string): readonly Message[] {
  const opening = messages.findIndex(({ role }) => role !== 'system');
  const last = (opening === -1 ? messages.length : opening) - 1;
  const message = messages[last];
  if (message?.role !== 'system')
    return [{ role: 'system', content: [{ type: 'text', text }] }, ...messages];
  return messages.with(last, { ...message, content: withText(message.content, text) });
}

/** The content with a paragraph more. It stays one part if it was one: not every bot takes several. */
export function withText(content: readonly ContentPart[], text: string): readonly ContentPart[] {
  const last = content.at(-1);
  if (last?.type !== 'text') return [...content, { type: 'text', text }];
  return [...content.slice(0, -1), { type: 'text', text: `${last.text}\n\n${text}` }];
}

/** A message of text alone. */
export function textMessage(role: 'user' | 'assistant', text: string): Message {
  const content: readonly ContentPart[] = [{ type: 'text', text }];
  return role === 'user' ? { role, content } : { role, content, toolCalls: [] };
}
