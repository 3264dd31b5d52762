/**
 * Input items → neutral messages. Items of kinds that Poe has no place for are dropped and named; what
 * they say in words is kept.
 */
import { invalidField } from '../../core/error.ts';
import type { Message } from '../../core/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { optionalString, requiredString } from '../shared/fields.ts';
import {
  addWords,
  type Conversation,
  ITEM_READERS,
  type ItemReader,
  keepWords,
  say,
} from '../shared/items.ts';
import { parseContent } from '../shared/parts.ts';
import { type Input, isReference } from './memory.ts';
import type { ToolNames } from './tool-names.ts';

const ROLES = 'user, assistant, system or developer';

const READERS: Readonly<Record<string, ItemReader>> = { message: readMessage, ...ITEM_READERS };

/**
 * @param instructions Become the first message.
 * @param ignored Gets the types of what is dropped.
 */
export function parseItems(
  { items, earlier }: Input,
  instructions: string | undefined,
  names: ToolNames,
  ignored: Set<string>,
): readonly Message[] {
  const talk: Conversation = { messages: [], names, turn: undefined, thought: '' };
  if (instructions) say(talk, { role: 'system', content: [{ type: 'text', text: instructions }] });
  const told = talk.messages.length;
  for (const [index, item] of items.entries()) {
    const path = index < earlier ? `previous_input[${index}]` : `input[${index - earlier}]`;
    const type = isReference(item)
      ? 'item_reference'
      : (optionalString(item['type'], `${path}.type`) ?? 'message');
    const read = entryOf(READERS, type);
    if (read) read(item, path, talk);
    else {
      ignored.add(`input[].${type}`);
      keepWords(item, type, talk);
    }
  }
  if (talk.messages.length === told)
    throw invalidField(
      'input',
      'is missing or empty: send a text, or at least one message.',
      'missing_field',
    );
  return talk.messages;
}

function readMessage(item: JsonObject, path: string, talk: Conversation): void {
  const role = requiredString(item['role'], `${path}.role`);
  const content = parseContent(item['content'], `${path}.content`);
  if (role === 'assistant') return addWords(talk, content);
  if (role !== 'user' && role !== 'system' && role !== 'developer')
    throw invalidField(`${path}.role`, `must be ${ROLES}.`);
  say(talk, { role: role === 'developer' ? 'system' : role, content });
}
