/**
 * "Make it darker": a bot that makes pictures sees only what is attached, so the picture of its last
 * turn goes along with the user's next message.
 */
import type { ContentPart, GenerationRequest, Message } from './request.ts';

/** A Markdown image on Poe's own file host; the last one of a text is the one it ends with. */
const IMAGE_ON_POE = /!\[[^\]]{0,2000}\]\((https:\/\/[\w.-]+\.poecdn\.net\/[^\s)]{1,2000})\)/g;

/** The same request where there is nothing to carry, or the user attached something else. */
export function carryImage(request: GenerationRequest): GenerationRequest {
  const { messages } = request;
  const last = messages.at(-1);
  if (last?.role !== 'user' || last.content.some((part) => part.type !== 'text')) return request;
  const answer = messages.findLast(({ role }) => role === 'assistant');
  const url = answer && lastImage(answer);
  if (url === undefined) return request;
  const image: ContentPart = { type: 'image', url };
  return {
    ...request,
    messages: [...messages.slice(0, -1), { ...last, content: [...last.content, image] }],
  };
}

function lastImage({ content }: Message): string | undefined {
  const links = content.flatMap((part) =>
    part.type === 'text' ? [...part.text.matchAll(IMAGE_ON_POE)] : [],
  );
  return links.at(-1)?.[1];
}
