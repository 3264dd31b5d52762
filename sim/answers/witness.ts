/**
 * Answers that tell what the bot was given: its attachments with what is known of their content,
 * its parameters, its conversation.
 */
import type { Answer } from '../bot.ts';
import type { Attachment, Prompt } from '../prompt.ts';
import { saying } from './plain.ts';

function lineOf(attachment: Attachment, index: number): string {
  const { name, contentType, content, url, inlineRef } = attachment;
  const reference = inlineRef === undefined ? '' : `, inline_ref ${inlineRef}`;
  const head = `${index + 1}. ${name}, ${contentType}`;
  if (!content) return `${head}, not seen here: ${url}${reference}`;
  const excerpt = content.excerpt === undefined ? '' : `, text ${JSON.stringify(content.excerpt)}`;
  return `${head}, ${content.size} bytes, sha256 ${content.digest}${reference}${excerpt}`;
}

/** One line an attachment, those of all messages in their order. */
export function tellAttachments({ turns }: Prompt): Answer {
  const lines = turns.flatMap((turn) => turn.attachments ?? []).map(lineOf);
  return saying(lines.length > 0 ? lines.join('\n') : 'No attachments.');
}

/** The parameters as JSON, their names sorted. */
export function tellParameters({ parameters }: Prompt): Answer {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const sorted = given.sort(([one], [other]) => one.localeCompare(other));
  return saying(JSON.stringify(Object.fromEntries(sorted)));
}

/** One line a message, `role: text` as JSON strings. */
export function tellConversation({ turns }: Prompt): Answer {
  return saying(turns.map(({ role, text }) => `${role}: ${JSON.stringify(text)}`).join('\n'));
}
