/**
 * The items of which a conversation is made in the Responses API → neutral messages. A turn of the
 * model is several items there (a thought, words, calls) and one message here.
 */
import type { ContentPart, Message, ToolCall } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { customArguments } from './custom-tool.ts';
import { optionalString, requiredString } from './fields.ts';
import { parseContent } from './parts.ts';

/** A turn of the model, as long as items may be added to it. */
export interface Turn {
  readonly role: 'assistant';
  readonly content: ContentPart[];
  readonly toolCalls: ToolCall[];
  reasoning: string | undefined;
  readonly name?: string | undefined;
}

/** The conversation so far. */
export interface Conversation {
  readonly messages: Message[];
  /** Finds a tool's name for Poe, which knows no namespaces; without it all names stay. */
  readonly names?: { flat(name: string, namespace: string | undefined): string };
  /** Undefined once somebody else has spoken. */
  turn: Turn | undefined;
  /** Waits for what was said after it. */
  thought: string;
}

/** Adds an item to the conversation. @throws {GatewayError} naming the field that is wrong. */
export type ItemReader = (item: JsonObject, path: string, talk: Conversation) => void;

/** By the type of the item: all but messages. */
export const ITEM_READERS: Readonly<Record<string, ItemReader>> = {
  reasoning(item, _, talk) {
    const text = [item['summary'], item['content']].map(wordsIn).find((words) => words !== '');
    talk.thought = join(talk.thought, text ?? '');
  },
  function_call(item, path, talk) {
    const { arguments: json } = item;
    // Some clients send the object itself.
    const text = isJsonObject(json)
      ? JSON.stringify(json)
      : optionalString(json, `${path}.arguments`);
    addCall(item, path, talk, text ?? '{}');
  },
  custom_tool_call(item, path, talk) {
    const input = optionalString(item['input'], `${path}.input`) ?? '';
    addCall(item, path, talk, customArguments(input));
  },
  function_call_output: readOutput,
  custom_tool_call_output: readOutput,
};

/** A message of somebody else's than the model's. */
export function say(talk: Conversation, message: Message): void {
  talk.turn = undefined;
  talk.thought = '';
  talk.messages.push(message);
}

/** The turn that calls belong to: vendors want all calls of a turn in one message, before any result. */
export function turnOf(talk: Conversation): Turn {
  const turn = talk.turn ?? openTurn(talk);
  if (talk.thought !== '') turn.reasoning = join(turn.reasoning ?? '', talk.thought);
  talk.thought = '';
  return turn;
}

function openTurn(talk: Conversation): Turn {
  const turn: Turn = { role: 'assistant', content: [], toolCalls: [], reasoning: undefined };
  talk.messages.push(turn);
  talk.turn = turn;
  return turn;
}

/** Words are a message of their own, but for those that follow calls of the same turn. */
export function addWords(talk: Conversation, content: readonly ContentPart[]): void {
  if (talk.turn?.toolCalls.length === 0) talk.turn = undefined;
  const said = turnOf(talk).content;
  // One by one: a copy for each item would be quadratic, and a call has no room for a million arguments.
  for (const part of content) said.push(part);
}

function addCall(item: JsonObject, path: string, talk: Conversation, json: string): void {
  const name = requiredString(item['name'], `${path}.name`);
  const namespace = optionalString(item['namespace'], `${path}.namespace`);
  turnOf(talk).toolCalls.push({
    id: requiredString(item['call_id'], `${path}.call_id`),
    name: talk.names?.flat(name, namespace) ?? name,
    arguments: json,
  });
}

function readOutput(item: JsonObject, path: string, talk: Conversation): void {
  const { output } = item;
  say(talk, {
    role: 'tool',
    toolCallId: requiredString(item['call_id'], `${path}.call_id`),
    // Some clients send the result itself.
    content: isJsonObject(output)
      ? [{ type: 'text', text: JSON.stringify(output) }]
      : parseContent(output, `${path}.output`),
  });
}

/** An item of a kind that is unknown, or that Poe has not. */
export function keepWords(item: JsonObject, type: string, talk: Conversation): void {
  const text = [item['content'], item['output'], item['text']]
    .map(wordsIn)
    .find((words) => words !== '');
  if (text === undefined) return;
  const content: readonly ContentPart[] = [{ type: 'text', text }];
  // Results come from the client's side; everything else was made by the model.
  if (item['role'] === 'user' || type.endsWith('_output')) say(talk, { role: 'user', content });
  else addWords(talk, content);
}

/** All words of a text, or of a list of parts. */
function wordsIn(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  const parts: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return parts.reduce<string>((words, part) => {
    const text = isJsonObject(part) ? part['text'] : part;
    return typeof text === 'string' ? join(words, text) : words;
  }, '');
}

/** Thoughts have headings, and no white space between them. */
function join(first: string, second: string): string {
  return first === '' || second === '' ? first + second : `${first}\n\n${second}`;
}
