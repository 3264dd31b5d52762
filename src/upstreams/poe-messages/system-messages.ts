/**
 * System messages in the middle of a conversation (a beta feature), said by the user instead: each
 * becomes text of the user's message beside it, so that user and assistant still take turns.
 */
import { isJsonObject, type JsonValue } from '../../lib/json.ts';

/** Whether there is one among them. */
export function hasSystemMessages(
  messages: JsonValue | undefined,
): messages is readonly JsonValue[] {
  return Array.isArray(messages) && messages.some(isSystem);
}

/** @param messages As the client sent them; without system messages they stay as they are. */
export function mergeSystemMessages(messages: JsonValue): JsonValue {
  if (!hasSystemMessages(messages)) return messages;
  const merged: JsonValue[] = [];
  /** The last message's blocks, while a system message is in it: what the user says next belongs to it. */
  let open: JsonValue[] | undefined;
  for (const message of messages) {
    const isTold = isSystem(message);
    if (isTold && !open) {
      open = roleOf(merged.at(-1)) === 'user' ? [...blocksOf(merged.pop())] : [];
      merged.push({ role: 'user', content: open });
    }
    if (open && (isTold || roleOf(message) === 'user'))
      for (const block of blocksOf(message)) open.push(block);
    else {
      putResultsFirst(open);
      open = undefined;
      merged.push(message);
    }
  }
  putResultsFirst(open);
  return merged.filter((message) => !isEmpty(message));
}

function isSystem(message: JsonValue): boolean {
  return roleOf(message) === 'system';
}

function roleOf(message: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(message) ? message['role'] : undefined;
}

/** Anthropic wants the results of tools right after their calls. All else keeps its order. */
function putResultsFirst(blocks: JsonValue[] | undefined): void {
  blocks?.sort((one, other) => Number(isResult(other)) - Number(isResult(one)));
}

function isResult(block: JsonValue): boolean {
  return isJsonObject(block) && block['type'] === 'tool_result';
}

function blocksOf(message: JsonValue | undefined): readonly JsonValue[] {
  const content = isJsonObject(message) ? message['content'] : undefined;
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}

/** A system message without a word, alone. */
function isEmpty(message: JsonValue): boolean {
  return (
    isJsonObject(message) && Array.isArray(message['content']) && message['content'].length === 0
  );
}
