/**
 * Anthropic's system prompt and messages → neutral messages. Results of tools, which are blocks of a
 * user's message here, become messages of their own before the rest of it.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart, Message } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { optionalArray, requiredObject, requiredString } from '../shared/fields.ts';
import { readBlocks } from '../shared/blocks.ts';

/** Claude Code's note to Anthropic's book-keepers: it changes, and would spoil every vendor's cache. */
const BILLING_NOTE = 'x-anthropic-billing-header:';

/** @param ignored Gets the paths of what is dropped. */
export function parseMessages(body: JsonObject, ignored: Set<string>): readonly Message[] {
  const items = optionalArray(body['messages'], 'messages');
  if (items.length === 0)
    throw invalidField(
      'messages',
      'is missing or empty: send at least one message.',
      'missing_field',
    );
  const lastUser = items.findLastIndex((item) => isJsonObject(item) && item['role'] === 'user');
  return [
    ...readSystem(body['system'], ignored),
    ...items.flatMap((item, position) => {
      const path = `messages[${position}]`;
      const message = requiredObject(item, path);
      // It was for one turn only, which is over.
      if (message['clear_at'] === 'next_user_message' && position < lastUser) return [];
      return readMessage(message, path, ignored);
    }),
  ];
}

function readSystem(value: JsonValue | undefined, ignored: Set<string>): readonly Message[] {
  const { parts } = readBlocks(value, 'system', ignored);
  const content = parts.filter((part) => part.type !== 'text' || !isBillingNote(part.text));
  return systemMessage(content);
}

function isBillingNote(text: string): boolean {
  return text.startsWith(BILLING_NOTE);
}

function systemMessage(content: readonly ContentPart[]): readonly Message[] {
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

/** One message; none, where nothing is left of it; several, where it has results of tools. */
function readMessage(message: JsonObject, path: string, ignored: Set<string>): readonly Message[] {
  const role = requiredString(message['role'], `${path}.role`);
  const said = readBlocks(message['content'], `${path}.content`, ignored);
  const { parts: content, calls: toolCalls, results, thoughts } = said;
  switch (role) {
    case 'system':
    case 'developer':
      if (isJsonObject(message['output_config'])) ignored.add('messages[].output_config');
      return systemMessage(content);
    case 'user':
      if (toolCalls.length > 0) ignored.add('messages[].content[].tool_use');
      return content.length === 0 && results.length > 0
        ? results
        : [...results, { role: 'user', content }];
    case 'assistant': {
      const reasoning = thoughts.length === 0 ? undefined : thoughts.join('\n\n');
      // Vendors refuse an answer without words.
      const isEmpty = content.length === 0 && toolCalls.length === 0;
      return isEmpty ? results : [{ role, content, toolCalls, reasoning }, ...results];
    }
    default:
      throw invalidField(`${path}.role`, 'must be user, assistant or system.');
  }
}
