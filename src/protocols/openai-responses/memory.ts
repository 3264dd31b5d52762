/**
 * What a client leaves out of its input because it was said before: the conversation up to an earlier
 * response, and items that it names by their ids. Here it is put back, so that everything behind
 * this room sees whole conversations only.
 */
import { GatewayError, invalidField } from '../../core/error.ts';
import type { JsonObject } from '../../lib/json.ts';
import { optionalArray, optionalString, requiredObject, requiredString } from '../shared/fields.ts';

/** What is kept of earlier responses. */
export interface ResponseMemory {
  /**
   * The items of the conversation that led to it, and its output, oldest first.
   *
   * @throws {GatewayError} when it is not there
   */
  conversation(responseId: string): Promise<readonly JsonObject[]>;
  /** An output item of any kept response. */
  item(id: string): Promise<JsonObject | undefined>;
  /** A finished response and all input items that it answered (those of previous responses included). */
  keep(response: JsonObject, input: readonly JsonObject[]): void;
}

/** All that the model is to answer. */
export interface Input {
  /** Oldest first. A thought that is not kept is still a reference. */
  readonly items: readonly JsonObject[];
  /** How many of the items come from earlier responses: the client's own follow. */
  readonly earlier: number;
}

/** The input with what it refers to. @throws {GatewayError} naming what is not kept */
export function expandInput(
  body: JsonObject,
  memory: ResponseMemory | undefined,
): Input | Promise<Input> {
  if (!memory) return ownInput(body);
  const items = inputItems(body);
  const previous = previousOf(body);
  if (previous === undefined && !items.some(isReference)) return { items, earlier: 0 };
  return recall(items, previous, memory);
}

/** The input where nothing is kept. @throws {GatewayError} naming what refers to something */
function ownInput(body: JsonObject): Input {
  if (previousOf(body) !== undefined)
    throw notKept(
      'previous_response_id',
      'this gateway keeps no responses. Send the whole conversation in `input`, or let its owner set STORE.',
    );
  const items = inputItems(body);
  for (const [index, item] of items.entries())
    if (isReference(item)) recalled(item, undefined, index, 'this gateway keeps no responses');
  return { items, earlier: 0 };
}

/** `{ type: 'item_reference', id }`, or the bare id. */
export function isReference(item: JsonObject): boolean {
  const { type = null, role, id } = item;
  return (
    type === 'item_reference' || (type === null && role === undefined && typeof id === 'string')
  );
}

function previousOf(body: JsonObject): string | undefined {
  return optionalString(body['previous_response_id'], 'previous_response_id');
}

function inputItems({ input }: JsonObject): readonly JsonObject[] {
  if (typeof input === 'string')
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  return optionalArray(input, 'input').map((item, index) =>
    requiredObject(item, `input[${index}]`),
  );
}

async function recall(
  items: readonly JsonObject[],
  previous: string | undefined,
  memory: ResponseMemory,
): Promise<Input> {
  const earlier = previous === undefined ? [] : await conversation(previous, memory);
  const own = items.map(async (item, index) => {
    if (!isReference(item)) return item;
    const id = requiredString(item['id'], `input[${index}].id`);
    const found = await memory.item(id);
    return recalled(item, found, index, 'no item of this id is kept');
  });
  return { items: [...earlier, ...(await Promise.all(own))], earlier: earlier.length };
}

async function conversation(id: string, memory: ResponseMemory): Promise<readonly JsonObject[]> {
  try {
    return await memory.conversation(id);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'not-found') throw error;
    const problem = `${error.message} Send the whole conversation in \`input\`.`;
    throw invalidField('previous_response_id', problem, 'previous_response_not_found');
  }
}

/** A model answers without a thought of its own, but without its words it would answer amiss. */
function recalled(
  reference: JsonObject,
  found: JsonObject | undefined,
  index: number,
  problem: string,
): JsonObject {
  if (found) return found;
  if (requiredString(reference['id'], `input[${index}].id`).startsWith('rs_')) return reference;
  const advice = 'With `store: false` clients send items whole.';
  throw notKept(`input[${index}].id`, `${problem}. ${advice}`);
}

function notKept(path: string, problem: string): GatewayError {
  return invalidField(path, problem, 'not_stored');
}
