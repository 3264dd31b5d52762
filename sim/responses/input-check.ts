/**
 * What is refused in the `input` of a responses request: a text, or items. Ids of items are
 * optional; OpenAI's bots look at their beginning.
 */
import type { Bot } from '../bot.ts';
import { rejected, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { pairFailure } from './call-pairs.ts';
import { contentFailure, INPUT_PARTS, OUTPUT_PARTS } from './parts.ts';
import { sealFailure } from './sealed.ts';
import { isOpenAI } from './tool-check.ts';
import { unknownParameter, unsupportedValue } from './unsupported.ts';

const ROLES = ['assistant', 'system', 'developer', 'user'];
const ACTIONS = ['search', 'open_page', 'find_in_page'];

/** Where an item stands, and before whom. */
interface Place {
  readonly path: string;
  readonly openAI: boolean;
}

type ItemCheck = (item: JsonObject, place: Place) => Failure | undefined;

function strings(...names: readonly string[]): ItemCheck {
  return (item, { path }) =>
    names.every((name) => typeof item[name] === 'string')
      ? undefined
      : rejected(`${path}: ${names.join(', ')} must be strings.`, path, 'invalid_value');
}

const message: ItemCheck = ({ role, content }, { path }) => {
  if (!ROLES.some((known) => known === role)) {
    return unsupportedValue(role, ROLES, path);
  }
  const parts = role === 'assistant' ? OUTPUT_PARTS : INPUT_PARTS;
  return contentFailure(content, parts, `${path}.content`);
};

const output: ItemCheck = (item, place) =>
  strings('call_id')(item, place) ??
  contentFailure(item['output'], INPUT_PARTS, `${place.path}.output`);

const call: ItemCheck = (item, place) => {
  if (item['namespace'] !== undefined && !place.openAI) {
    return unknownParameter(`${place.path}.namespace`);
  }
  return strings('call_id', 'name', 'arguments')(item, place);
};

/** Nothing is ever kept here, as Poe says of itself (`store` comes back false, whatever is asked). */
function notKept(id: unknown): Failure {
  const words = `Item with id '${String(id)}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`;
  const error = { message: words, type: 'invalid_request_error', param: 'input', code: null };
  return { status: 404, error };
}

/** A thought must come back whole; by its id alone OpenAI looks for what it has not kept. */
const reasoning: ItemCheck = ({ id, encrypted_content: content }, { openAI }) => {
  if (typeof content === 'string') return sealFailure(content);
  return openAI && typeof id === 'string' ? notKept(id) : undefined;
};

const search: ItemCheck = ({ action }, { path }) => {
  if (!isObject(action)) return undefined;
  const { type } = action;
  return ACTIONS.some((known) => known === type)
    ? undefined
    : unsupportedValue(type, ACTIONS, `${path}.action.type`);
};

/** Item type → its check, and how ids of such items begin. */
const ITEMS: Readonly<Record<string, readonly [check: ItemCheck, prefix?: string]>> = {
  message: [message, 'msg'],
  function_call: [call, 'fc'],
  function_call_output: [output],
  custom_tool_call: [strings('call_id', 'name', 'input'), 'ctc'],
  custom_tool_call_output: [output],
  reasoning: [reasoning, 'rs'],
  web_search_call: [search, 'ws'],
  item_reference: [({ id }) => notKept(id)],
};

/** Items that no translation to another vendor's API knows. */
const OWN: ReadonlySet<string> = new Set(['custom_tool_call', 'custom_tool_call_output']);

function idFailure(id: unknown, prefix: string | undefined, path: string): Failure | undefined {
  if (typeof id !== 'string' || prefix === undefined || id.startsWith(prefix)) return undefined;
  return rejected(
    `Invalid '${path}.id': '${id}'. Expected an ID that begins with '${prefix}'.`,
    `${path}.id`,
    'invalid_value',
  );
}

function itemFailure(item: unknown, path: string, openAI: boolean): Failure | undefined {
  if (!isObject(item)) return rejected(`${path} must be an object.`, path, 'invalid_value');
  const type = String(item['type'] ?? 'message');
  const entry = Object.hasOwn(ITEMS, type) ? ITEMS[type] : undefined;
  if (!entry || (!openAI && OWN.has(type))) {
    const known = Object.keys(ITEMS).filter((name) => openAI || !OWN.has(name));
    return unsupportedValue(type, known, path);
  }
  const [check, prefix] = entry;
  return (
    check(item, { path, openAI }) ?? (openAI ? idFailure(item['id'], prefix, path) : undefined)
  );
}

/** The first fault in `input`. */
export function inputFailure({ input }: JsonObject, bot: Bot): Failure | undefined {
  if (typeof input === 'string') return undefined;
  if (!Array.isArray(input) || input.length === 0) {
    return rejected('input must be text or a list of items.', 'input', 'missing_field');
  }
  for (const [index, item] of input.entries()) {
    const failure = itemFailure(item, `input[${index}]`, isOpenAI(bot));
    if (failure) return failure;
  }
  return pairFailure(objectsIn(input));
}
