/**
 * Checks the `messages` of a chat request: roles and content parts. Says what is wrong and where;
 * changes nothing. Reading the text out of them is `prompt.ts`.
 */
import { rejected, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';

/** `developer` is OpenAI's, and is not among them. */
const ROLES: ReadonlySet<unknown> = new Set(['system', 'user', 'assistant', 'tool']);

type PartCheck = (part: JsonObject) => string | undefined;

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

/** Part type → what is wrong with such a part. */
const PARTS: Readonly<Record<string, PartCheck>> = {
  text: ({ text }) => (typeof text === 'string' ? undefined : 'text must be a string'),
  refusal: () => undefined,
  // Accepted, then dropped without a word: audio must come as a `file` part.
  input_audio: () => undefined,
  image_url: (part) =>
    /^(data:|https:\/\/)/.test(String(member(part['image_url'], 'url')))
      ? undefined
      : 'image_url.url must be a data: or an https:// URL',
  file: (part) =>
    String(member(part['file'], 'file_data')).startsWith('data:')
      ? undefined
      : 'file.file_data must be a data: URL',
};

function partFault(part: unknown): string | undefined {
  const type = member(part, 'type');
  const check = typeof type === 'string' ? PARTS[type] : undefined;
  if (check === undefined || !isObject(part)) {
    return `type must be one of ${Object.keys(PARTS).join(', ')}`;
  }
  return check(part);
}

function contentFailure(message: JsonObject, path: string): Failure | undefined {
  const { content } = message;
  if (!Array.isArray(content)) {
    const fine =
      typeof content === 'string' ||
      // Only an assistant turn may be without content: it may have called tools instead.
      ((content === null || content === undefined) && message['role'] === 'assistant');
    return fine
      ? undefined
      : rejected(`${path}.content must be text or parts.`, `${path}.content`, 'invalid_value');
  }
  for (const [index, part] of content.entries()) {
    const where = `${path}.content[${index}]`;
    const fault = partFault(part);
    if (fault !== undefined) return rejected(`${where}: ${fault}.`, where, 'invalid_value');
  }
  return undefined;
}

function turnFailure(message: unknown, path: string): Failure | undefined {
  if (!isObject(message)) return rejected(`${path} must be an object.`, path, 'invalid_value');
  if (!ROLES.has(message['role'])) {
    return rejected(
      "Invalid 'role': Input should be 'system', 'user', 'assistant' or 'tool'",
      `${path}.role`,
      'invalid_value',
    );
  }
  if (message['role'] === 'tool' && typeof message['tool_call_id'] !== 'string') {
    return rejected(
      `${path}.tool_call_id is required for a tool message.`,
      `${path}.tool_call_id`,
      'missing_field',
    );
  }
  return contentFailure(message, path);
}

/** The first fault in `messages`, or undefined. */
export function messageFailure({ messages }: JsonObject): Failure | undefined {
  if (!Array.isArray(messages) || messages.length === 0) {
    return rejected(
      'messages is required and must hold at least one message.',
      'messages',
      'missing_field',
    );
  }
  for (const [index, message] of messages.entries()) {
    const failure = turnFailure(message, `messages[${index}]`);
    if (failure) return failure;
  }
  return undefined;
}
