/**
 * A whole conversation as one message of the user's (`SIMULATE_ROLES`), for bots that see no other: each
 * message under a heading with its role. Pictures and files stay where they are said.
 */
import type { ContentPart, GenerationRequest, Message } from './request.ts';
import { joinTexts } from './tools/blocks.ts';

/** `auto`: what is but a question, with or without instructions, needs no headings. */
export type RoleFolding = 'always' | 'auto';

/** As the Go proxy wrote them, whose users have prompts that know of them. */
const HEADINGS = {
  system: 'Instructions',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
} as const;

/** In what is said, a heading would be another's word. */
const FALSE_HEADING = /\|\|>(?=(?:Instructions|User|Assistant|Tool):)/g;

/**
 * The request with one message. Ask this when tools and formats are written into the prompt: what is
 * said of them is folded too. A user's only message stays as it is.
 */
export function foldRoles(request: GenerationRequest, folding: RoleFolding): GenerationRequest {
  const { messages } = request;
  const [first, second] = messages;
  if (messages.length < 2 && first?.role !== 'system') return request;
  const isQuestion =
    first?.role === 'system' &&
    (messages.length === 1 || (messages.length === 2 && second?.role === 'user'));
  const parts = folding === 'auto' && isQuestion ? plain(messages) : underHeadings(messages);
  return { ...request, messages: [{ role: 'user', content: joinTexts(parts) }] };
}

function plain(messages: readonly Message[]): readonly ContentPart[] {
  return messages.flatMap(({ content }, index) =>
    index === 0 ? paragraphs(content) : [text('\n\n'), ...paragraphs(content)],
  );
}

function underHeadings(messages: readonly Message[]): readonly ContentPart[] {
  const said = messages.flatMap(({ role, content }) => [
    text(heading(role)),
    ...paragraphs(content).map((part) =>
      part.type === 'text' ? text(part.text.replaceAll(FALSE_HEADING, '| |>')) : part,
    ),
    text('\n'),
  ]);
  // What the assistant has begun, it goes on with.
  return messages.at(-1)?.role === 'assistant'
    ? said.slice(0, -1)
    : [...said, text(heading('assistant'))];
}

function heading(role: Message['role']): string {
  return `||>${HEADINGS[role]}:\n`;
}

/** Texts that are not to run into each other when they become one. */
function paragraphs(content: readonly ContentPart[]): readonly ContentPart[] {
  return content.flatMap((part, index) =>
    part.type === 'text' && content[index - 1]?.type === 'text' ? [text('\n\n'), part] : [part],
  );
}

function text(words: string): ContentPart {
  return { type: 'text', text: words };
}
