/**
 * What the messages of a conversation mean together: roles and their order, results that answer calls,
 * texts that say something. Messages of one role in a row count as one; system messages stand beside.
 */
import { objectsIn, type JsonObject } from '../json.ts';
import { firstOf, typeOf, type Terms } from './shape.ts';

/** A message with its place in the request. */
interface Message {
  readonly at: number;
  readonly role: string;
  readonly content: unknown;
  readonly blocks: readonly JsonObject[];
}

const SYSTEM_BETA = 'mid-conversation-system-2026-04-07';

const ASSISTANTS = new Set([
  'thinking',
  'redacted_thinking',
  'tool_use',
  'server_tool_use',
  'web_search_tool_result',
]);
const USERS = new Set(['tool_result', 'image', 'document', 'search_result']);

/** The messages of a request. */
export function messagesOf({ messages }: JsonObject): readonly Message[] {
  return objectsIn(messages).map(({ role, content }, at) => ({
    at,
    role: String(role),
    content,
    blocks: typeof content === 'string' ? [{ type: 'text', text: content }] : objectsIn(content),
  }));
}

function roleFault({ role, at, blocks }: Message, { betas, model }: Terms): string | undefined {
  if (role === 'system') {
    if (!betas.has(SYSTEM_BETA)) {
      return 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.';
    }
    return model.systemInMessages ? undefined : "role 'system' is not supported on this model";
  }
  if (role !== 'user' && role !== 'assistant') {
    return `messages.${at}.role: Input should be 'user' or 'assistant'`;
  }
  const others = role === 'user' ? ASSISTANTS : USERS;
  return firstOf(blocks, (block, index) => {
    const place = `messages.${at}.content.${index}`;
    const owner = role === 'user' ? 'assistant' : 'user';
    return others.has(typeOf(block))
      ? `${place}: \`${typeOf(block)}\` blocks can only be in \`${owner}\` messages`
      : undefined;
  });
}

/** Empty texts are refused, blank ones where there is nothing else; an empty answer is none. */
function textFault({ role, at, content, blocks }: Message): string | undefined {
  const empty = content === '' || blocks.length === 0;
  if (empty) {
    return role === 'assistant'
      ? undefined
      : `messages.${at}: ${role} messages must have non-empty content`;
  }
  if (blocks.some((block) => block['text'] === '')) {
    return 'messages: text content blocks must be non-empty';
  }
  const isBlank = blocks.every((block) => String(block['text'] ?? '-').trim() === '');
  return isBlank ? 'messages: text content blocks must contain non-whitespace text' : undefined;
}

function systemFault({ system }: JsonObject): string | undefined {
  if (system === undefined || system === null || system === '') return undefined;
  const texts =
    typeof system === 'string' ? [system] : objectsIn(system).map((block) => String(block['text']));
  if (texts.includes('')) return 'system: text content blocks must be non-empty';
  return texts.length > 0 && texts.every((text) => text.trim() === '')
    ? 'system: text content blocks must contain non-whitespace text'
    : undefined;
}

/** Several messages of one role in a row. */
interface Turn {
  readonly at: number;
  readonly role: string;
  readonly blocks: readonly { readonly block: JsonObject; readonly place: string }[];
}

function turnsOf(messages: readonly Message[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const { at, role, blocks } of messages) {
    if (role === 'system') continue;
    const placed = blocks.map((block, index) => ({
      block,
      place: `messages.${at}.content.${index}`,
    }));
    const last = turns.at(-1);
    if (last?.role === role) {
      turns[turns.length - 1] = { ...last, blocks: [...last.blocks, ...placed] };
    } else turns.push({ at, role, blocks: placed });
  }
  return turns;
}

function idsOf(turn: Turn | undefined, type: string, member: string): readonly string[] {
  const blocks = turn?.blocks.filter(({ block }) => typeOf(block) === type) ?? [];
  return blocks.map(({ block }) => String(block[member]));
}

/** Results before anything else answer calls; after a text they come too late. */
function answersIn(turn: Turn | undefined): ReadonlySet<string> {
  const blocks = turn?.blocks ?? [];
  const end = blocks.findIndex(({ block }) => typeOf(block) !== 'tool_result');
  const first = end < 0 ? blocks : blocks.slice(0, end);
  return new Set(first.map(({ block }) => String(block['tool_use_id'])));
}

function callFault(turn: Turn, next: Turn | undefined): string | undefined {
  const answers = answersIn(next);
  const open = idsOf(turn, 'tool_use', 'id').filter((id) => !answers.has(id));
  return open.length > 0
    ? `messages.${turn.at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
    : undefined;
}

function resultFault(turn: Turn, earlier: Turn | undefined): string | undefined {
  const asked = idsOf(earlier, 'tool_use', 'id');
  const answered = new Set<string>();
  return firstOf(turn.blocks, ({ block, place }) => {
    if (typeOf(block) !== 'tool_result') return undefined;
    const id = String(block['tool_use_id']);
    if (!asked.includes(id)) {
      return `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    if (answered.has(id)) {
      return `${place}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`;
    }
    answered.add(id);
    return undefined;
  });
}

function repeatedCall(turns: readonly Turn[]): string | undefined {
  const seen = new Set<unknown>();
  const blocks = turns.flatMap((turn) => turn.blocks);
  return firstOf(blocks, ({ block, place }) => {
    if (typeOf(block) !== 'tool_use') return undefined;
    if (seen.has(block['id'])) return `${place}: \`tool_use\` ids must be unique`;
    seen.add(block['id']);
    return undefined;
  });
}

function lastFault(last: Message | undefined, { model }: Terms): string | undefined {
  if (last?.role !== 'assistant') return undefined;
  if (!model.prefill) {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  const text = last.blocks.at(-1)?.['text'];
  return typeof text === 'string' && text !== text.trimEnd()
    ? 'messages: final assistant content cannot end with trailing whitespace'
    : undefined;
}

/** The first fault in the conversation. */
export function conversationFault(request: JsonObject, terms: Terms): string | undefined {
  const messages = messagesOf(request);
  if (messages.length === 0) return 'messages: at least one message is required';
  const wrong =
    firstOf(messages, (message) => roleFault(message, terms)) ??
    systemFault(request) ??
    firstOf(messages, textFault);
  if (wrong !== undefined) return wrong;
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  const turns = turnsOf(messages);
  return (
    repeatedCall(turns) ??
    firstOf(turns, (turn, index) =>
      turn.role === 'assistant'
        ? callFault(turn, turns[index + 1])
        : resultFault(turn, turns[index - 1]),
    ) ??
    lastFault(messages.at(-1), terms)
  );
}

/** The assistant's turn that is not over: the last one, or one whose calls were just answered. */
export function openTurn(request: JsonObject): Turn | undefined {
  const turns = turnsOf(messagesOf(request));
  const last = turns.at(-1);
  if (last?.role === 'assistant') return last;
  const goesOn = last?.blocks.some(({ block }) => typeOf(block) === 'tool_result');
  return goesOn === true ? turns.at(-2) : undefined;
}
