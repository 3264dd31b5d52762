/**
 * Thoughts that are given back. Claude's own are signed; others come from another bot's answers in the
 * same conversation, and Anthropic refuses them.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';

/** The body, without unsigned thoughts. A message that held nothing else goes too. */
export function withoutUnsignedThinking(body: JsonObject): JsonObject {
  const messages: JsonValue | undefined = body['messages'];
  if (!Array.isArray(messages) || !messages.some(hasUnsigned)) return body;
  const kept = messages.flatMap((message: JsonValue): readonly JsonValue[] => {
    if (!hasUnsigned(message)) return [message];
    const content = message.content.filter((block) => !isUnsigned(block));
    return content.length > 0 ? [{ ...message, content }] : [];
  });
  return { ...body, messages: kept };
}

interface BlockMessage extends JsonObject {
  readonly content: readonly JsonValue[];
}

function hasUnsigned(message: JsonValue): message is BlockMessage {
  if (!isJsonObject(message) || message['role'] !== 'assistant') return false;
  const { content } = message;
  return Array.isArray(content) && content.some(isUnsigned);
}

function isUnsigned(block: JsonValue): boolean {
  return isJsonObject(block) && block['type'] === 'thinking' && !block['signature'];
}
