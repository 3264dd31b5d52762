/**
 * How tools are spoken of in text: the words that the prompt, the history and the reader of answers
 * share. A call is a `<tool_call>` block, its result a `<tool_result>` block.
 */
import { parseJson } from '../../lib/json.ts';
import type { ContentPart, ToolCall } from '../request.ts';

/** How the prompt teaches calling; the simulator's bots look for it. */
export const CALL_LESSON = `To call tools, answer with one or more blocks like this:
<tool_call>{"name": "…", "arguments": {…}}</tool_call>`;

/** A call as the bot would have written it. */
export function callBlock({ name, arguments: text }: ToolCall): string {
  // A bot must not learn broken JSON from its own history.
  const json = text.trim() === '' ? '{}' : text.trim();
  const value = parseJson(json) === undefined ? JSON.stringify(text) : json;
  return `<tool_call>{"name": ${JSON.stringify(name)}, "arguments": ${value}}</tool_call>`;
}

/** A call's result. Pictures and files stay parts of their own, between the tags. */
export function resultBlock(
  id: string,
  name: string,
  content: readonly ContentPart[],
): readonly ContentPart[] {
  const inner = content.map((part): ContentPart =>
    part.type === 'text' ? { type: 'text', text: withoutClosingTags(part.text) } : part,
  );
  return [
    { type: 'text', text: `<tool_result id="${attribute(id)}" name="${attribute(name)}">` },
    ...inner,
    { type: 'text', text: '</tool_result>' },
  ];
}

/** Neighbouring texts become one part: not every bot takes several. */
export function joinTexts(parts: readonly ContentPart[]): readonly ContentPart[] {
  const joined: ContentPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** A page that a tool has read cannot end its own block and speak as another. */
function withoutClosingTags(text: string): string {
  return text.replaceAll('</tool_result', '<\\/tool_result');
}
