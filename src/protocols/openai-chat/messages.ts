/**
 * OpenAI's messages → neutral messages: roles in any order, content as string, null or parts,
 * calls in the present and in the legacy form. What a message cannot carry to Poe is named.
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart, Message, ToolCall } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import {
  optionalArray,
  optionalString,
  requiredObject,
  requiredString,
  typeName,
} from '../openai-shared/fields.ts';
import { parsePart } from './content.ts';

const ROLES = 'system, developer, user, assistant, tool or function';

/** Fields of messages that Poe has no place for; `audio` refers to a spoken answer of OpenAI's. */
const IGNORED_FIELDS = ['audio', 'reasoning_content', 'reasoning', 'annotations'] as const;

/** @param ignored Gets the paths of what is dropped. */
export function parseMessages(
  value: JsonValue | undefined,
  ignored: Set<string>,
): readonly Message[] {
  const items = optionalArray(value, 'messages');
  if (items.length === 0)
    throw invalidField(
      'messages',
      'is missing or empty: send at least one message.',
      'missing_field',
    );
  const calls = new Map<string, string>();
  return items.map((item, position) => {
    const path = `messages[${position}]`;
    return parseMessage(requiredObject(item, path), path, calls, ignored);
  });
}

/** @param calls The id of the latest call of each function, so far. */
function parseMessage(
  message: JsonObject,
  path: string,
  calls: Map<string, string>,
  ignored: Set<string>,
): Message {
  for (const field of IGNORED_FIELDS) if (message[field]) ignored.add(`messages[].${field}`);
  const role = requiredString(message['role'], `${path}.role`);
  const content = parseContent(message['content'], `${path}.content`);
  const name = optionalString(message['name'], `${path}.name`);
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', content, name };
    case 'user':
      return { role: 'user', content, name };
    case 'assistant': {
      const refusal = optionalString(message['refusal'], `${path}.refusal`);
      const said: readonly ContentPart[] = refusal
        ? [...content, { type: 'text', text: refusal }]
        : content;
      const toolCalls = parseCalls(message, path);
      for (const call of toolCalls) calls.set(call.name, call.id);
      return { role: 'assistant', content: said, toolCalls, name };
    }
    case 'tool':
      return {
        role: 'tool',
        content,
        toolCallId: requiredString(message['tool_call_id'], `${path}.tool_call_id`),
      };
    case 'function':
      return { role: 'tool', content, toolCallId: legacyCallId(calls, name, path) };
    default:
      throw invalidField(`${path}.role`, `must be ${ROLES}.`);
  }
}

function parseContent(value: JsonValue | undefined, path: string): readonly ContentPart[] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value))
    throw invalidField(path, `must be a string or an array, not ${typeName(value)}.`);
  const parts: readonly JsonValue[] = value;
  return parts.flatMap((part, position) => {
    const partPath = `${path}[${position}]`;
    const parsed =
      typeof part === 'string'
        ? textPart(part)
        : parsePart(requiredObject(part, partPath), partPath);
    // Vendors refuse empty text parts, and nothing is lost without them.
    return parsed.type === 'text' && parsed.text === '' ? [] : [parsed];
  });
}

function textPart(text: string): ContentPart {
  return { type: 'text', text };
}

function parseCalls(message: JsonObject, path: string): readonly ToolCall[] {
  const calls = optionalArray(message['tool_calls'], `${path}.tool_calls`).map((item, index) => {
    const callPath = `${path}.tool_calls[${index}]`;
    const call = requiredObject(item, callPath);
    const id = requiredString(call['id'], `${callPath}.id`);
    // A custom tool's input is free text; as the argument of a function it keeps its place.
    if (call['type'] === 'custom') return parseCustomCall(id, call['custom'], `${callPath}.custom`);
    return parseCall(id, call['function'], `${callPath}.function`);
  });
  const legacy = message['function_call'];
  if (!legacy) return calls;
  return [...calls, parseCall(`call_${path.replace(/\W/g, '')}`, legacy, `${path}.function_call`)];
}

function parseCall(id: string, value: JsonValue | undefined, path: string): ToolCall {
  const call = requiredObject(value, path);
  const text = call['arguments'];
  return {
    id,
    name: requiredString(call['name'], `${path}.name`),
    // Some clients send the object itself.
    arguments: isJsonObject(text)
      ? JSON.stringify(text)
      : (optionalString(text, `${path}.arguments`) ?? '{}'),
  };
}

function parseCustomCall(id: string, value: JsonValue | undefined, path: string): ToolCall {
  const call = requiredObject(value, path);
  const input = optionalString(call['input'], `${path}.input`) ?? '';
  return {
    id,
    name: requiredString(call['name'], `${path}.name`),
    arguments: JSON.stringify({ input }),
  };
}

/** A legacy result names its function only: it answers the nearest call of that name before it. */
function legacyCallId(
  calls: ReadonlyMap<string, string>,
  name: string | undefined,
  path: string,
): string {
  const id = calls.get(requiredString(name, `${path}.name`));
  if (id !== undefined) return id;
  throw invalidField(
    `${path}.name`,
    'is the result of a function that no message before it calls.',
  );
}
