/**
 * OpenAI's messages → neutral messages: roles in any order, content as string, null or parts, calls in
 * the present and in the legacy form; and among them what editors mix in: items of the Responses API,
 * Anthropic's blocks. What a message cannot carry to Poe is named.
 */
import { invalidField } from '../../core/error.ts';
import type { Message, ToolCall } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { readBlocks } from '../shared/blocks.ts';
import { customArguments } from '../shared/custom-tool.ts';
import { optionalArray, optionalString, requiredObject, requiredString } from '../shared/fields.ts';
import {
  addWords,
  type Conversation,
  ITEM_READERS,
  keepWords,
  say,
  turnOf,
} from '../shared/items.ts';
import { readPart } from './content.ts';

const ROLES = 'system, developer, user, assistant, tool or function';

/** Fields of messages that Poe has no place for; `audio` refers to a spoken answer of OpenAI's. */
const IGNORED_FIELDS = ['audio', 'annotations'] as const;

/** What is being read: the conversation so far, and what belongs to all of it. */
interface Talk extends Conversation {
  /** The id of the latest call of each function. */
  readonly calls: Map<string, string>;
  readonly ignored: Set<string>;
}

/**
 * The conversation: `messages`, or `input` in their place; before it what stands beside it.
 *
 * @param customTools Those whose input is a text: their calls may have it as it is.
 * @param ignored Gets the paths of what is dropped.
 */
export function parseMessages(
  body: JsonObject,
  customTools: ReadonlyMap<string, unknown>,
  ignored: Set<string>,
): readonly Message[] {
  const { input } = body;
  const hasMessages = optionalArray(body['messages'], 'messages').length > 0;
  const root = hasMessages || input === undefined ? 'messages' : 'input';
  if (hasMessages && input !== undefined) ignored.add('input');
  const items =
    root === 'input' && typeof input === 'string'
      ? [{ role: 'user', content: input }]
      : optionalArray(body[root], root);
  if (items.length === 0)
    throw invalidField(root, 'is missing or empty: send at least one message.', 'missing_field');
  const messages: Message[] = [];
  const talk: Talk = { messages, turn: undefined, thought: '', calls: new Map(), ignored };
  for (const field of ['instructions', 'system'] as const) {
    if (body[field] === undefined) continue;
    const { parts: content } = readBlocks(body[field], field, ignored, readPart);
    if (content.length > 0) say(talk, { role: 'system', content });
  }
  items.forEach((item, position) => {
    const path = `${root}[${position}]`;
    readItem(requiredObject(item, path), path, root, talk);
  });
  return customTools.size === 0 ? messages : withJsonInputs(messages, customTools);
}

/** A message; or an item of the Responses API, which has a type instead of a role. */
function readItem(item: JsonObject, path: string, root: string, talk: Talk): void {
  const { type, role } = item;
  const read = typeof type === 'string' ? entryOf(ITEM_READERS, type) : undefined;
  if (read) return read(item, path, talk);
  if (typeof type !== 'string' || type === 'message' || role !== undefined)
    return readMessage(item, path, talk);
  talk.ignored.add(`${root}[].${type}`);
  keepWords(item, type, talk);
}

/** Thoughts come back under either name, or in forms of other vendors that say nothing here. */
function parseReasoning(message: JsonObject): string | undefined {
  const { reasoning_content: content, reasoning } = message;
  const thought = [content, reasoning].find((text) => typeof text === 'string' && text !== '');
  return typeof thought === 'string' ? thought : undefined;
}

function readMessage(message: JsonObject, path: string, talk: Talk): void {
  const { ignored, calls } = talk;
  for (const field of IGNORED_FIELDS) if (message[field]) ignored.add(`messages[].${field}`);
  const role = requiredString(message['role'], `${path}.role`);
  const said = readBlocks(message['content'], `${path}.content`, ignored, readPart);
  const { parts: content, results } = said;
  const name = optionalString(message['name'], `${path}.name`);
  for (const result of results) say(talk, result);
  // Anthropic's users hand over results, and may say nothing to them.
  const onlyResults = results.length > 0 && content.length === 0;
  if (said.calls.length > 0 && role !== 'assistant') ignored.add('messages[].content[].tool_use');
  switch (role) {
    case 'system':
    case 'developer':
      return say(talk, { role: 'system', content, name });
    case 'user':
      return onlyResults ? undefined : say(talk, { role: 'user', content, name });
    case 'assistant': {
      const refusal = optionalString(message['refusal'], `${path}.refusal`);
      if (refusal) content.push({ type: 'text', text: refusal });
      const toolCalls = [...parseCalls(message, path), ...said.calls];
      for (const call of toolCalls) calls.set(call.name, call.id);
      const thoughts = said.thoughts.join('\n\n');
      const reasoning = parseReasoning(message) ?? (thoughts === '' ? undefined : thoughts);
      // Vendors refuse an answer without words.
      if (thoughts !== '' && content.length === 0 && toolCalls.length === 0) return;
      // Items of one turn are one message here.
      if (message['type'] === 'message' && toolCalls.length === 0) return addWords(talk, content);
      talk.turn = { role, content, toolCalls, reasoning, name };
      talk.messages.push(turnOf(talk));
      return;
    }
    case 'tool':
      if (onlyResults && message['tool_call_id'] === undefined) return;
      return say(talk, {
        role: 'tool',
        content,
        toolCallId: requiredString(message['tool_call_id'], `${path}.tool_call_id`),
      });
    case 'function':
      return say(talk, { role: 'tool', content, toolCallId: legacyCallId(calls, name, path) });
    default:
      throw invalidField(`${path}.role`, `must be ${ROLES}.`);
  }
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
    arguments: customArguments(input),
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

/** A client that was answered with the bare text of a custom tool's call gives it back so. */
function withJsonInputs(
  messages: readonly Message[],
  customTools: ReadonlyMap<string, unknown>,
): readonly Message[] {
  const asJson = (call: ToolCall): ToolCall => {
    if (!customTools.has(call.name)) return call;
    const value = parseJson(call.arguments);
    return isJsonObject(value) && typeof value['input'] === 'string'
      ? call
      : { ...call, arguments: customArguments(call.arguments) };
  };
  return messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, toolCalls: message.toolCalls.map(asJson) }
      : message,
  );
}
