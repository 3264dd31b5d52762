/**
 * The law of a response's stream, as strictly as any client could take it: every event at its place
 * and numbered, every word told once by deltas and again by each end, nothing open at the end, and a
 * last event that has it all.
 */
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';

/** A response as a stream told it. */
export interface StreamedResponse {
  /** Of the last event. */
  readonly response: JsonObject;
  /** The types of its events, in their order. */
  readonly events: readonly string[];
}

/** What a stream may do beside. */
export interface Leave {
  /** Items grow at the same time: a vendor makes several calls at once. */
  readonly interleaved?: boolean;
  /** A model's mistake: arguments that are no object. */
  readonly unfit?: boolean;
  /** It comes from a vendor: events and items of kinds that only the vendor knows. */
  readonly foreign?: boolean;
}

const ENDS: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

/** Field of the words in the event that repeats them, by the beginning of the event's name. */
const WORDS: Readonly<Record<string, 'text' | 'refusal' | 'arguments' | 'input'>> = {
  'response.output_text': 'text',
  'response.refusal': 'refusal',
  'response.reasoning_summary_text': 'text',
  'response.reasoning_text': 'text',
  'response.function_call_arguments': 'arguments',
  'response.custom_tool_call_input': 'input',
};

/** What a new part, or a new call, is: without words. */
const KINDS: Readonly<Record<string, string>> = {
  output_text: 'response.output_text',
  refusal: 'response.refusal',
  summary_text: 'response.reasoning_summary_text',
  reasoning_text: 'response.reasoning_text',
  function_call: 'response.function_call_arguments',
  custom_tool_call: 'response.custom_tool_call_input',
};

/** What is being said: a part, or the input of a call. */
interface Speech {
  readonly events: string;
  text: string;
  isDone: boolean;
}

interface OpenItem {
  readonly item: JsonObject;
  readonly parts: JsonObject[];
  speech: Speech | undefined;
}

/** The events of a stream; comments are skipped. @throws {Error} where a frame is none. */
export function responseEvents(stream: string): readonly JsonObject[] {
  check(stream.endsWith('\n\n'), 'the last frame is not whole');
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map((frame) => {
      const [, name, data] = /^event: ([a-z_.]+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
      const event: unknown = JSON.parse(data ?? 'null');
      if (!isJsonObject(event)) throw new Error(`Not an event and its data: ${frame}`);
      check(event['type'] === name, `${name} is of type ${String(event['type'])}`);
      return event;
    });
}

/** Reads a whole stream. @throws {Error} at the first event that is not where it may be. */
export function readResponseStream(stream: string, leave: Leave = {}): StreamedResponse {
  const events = responseEvents(stream);
  const done: JsonObject[] = [];
  const open = new Map<number, OpenItem>();
  let first: JsonObject | undefined;
  let last: JsonObject | undefined;
  let opened = 0;

  for (const [position, event] of events.entries()) {
    const type = String(event['type']);
    check(!last, `${type} after the end`);
    if (!leave.foreign) check(event['sequence_number'] === position, `${type} is misnumbered`);
    if (position < 2) {
      const state = ['created', 'in_progress'][position];
      check(type === `response.${state}`, `${type} in the place of response.${state}`);
      first = responseIn(event);
      check(first['status'] === 'in_progress', 'it has ended before it began');
      check(listIn(first, 'output').length === 0, 'it begins with output');
      continue;
    }
    if (ENDS.has(type)) {
      last = responseIn(event);
      check(type === `response.${String(last['status'])}`, `${type} is ${String(last['status'])}`);
      check(last['id'] === first?.['id'], 'the response has become another');
      if (type === 'response.failed') {
        checkFailure(last);
        continue;
      }
      check(open.size === 0, 'something is still open');
      same(last['output'], done, 'the output is not what was told');
      checkEnd(last);
      continue;
    }
    if (type === 'response.output_item.added') {
      check(event['output_index'] === opened, `the place ${String(event['output_index'])}`);
      check(leave.interleaved === true || open.size === 0, 'an item begins inside another');
      open.set(opened++, begin(event, leave));
      continue;
    }
    const index = Number(event['output_index']);
    const item = open.get(index);
    if (!item) throw new Error(`Out of order: ${type} of no item.`);
    if (type === 'response.output_item.done') {
      done[index] = finish(item, event, leave);
      open.delete(index);
    } else grow(item, event, type, leave);
  }
  if (!last) throw new Error('Out of order: there is no end.');
  return { response: last, events: events.map((event) => String(event['type'])) };
}

function begin(event: JsonObject, leave: Leave): OpenItem {
  const { item } = event;
  if (!isJsonObject(item)) throw new Error('An item is none.');
  const type = String(item['type']);
  check(/\S/.test(String(item['id'] ?? '')), `${type} without an id`);
  const open: OpenItem = { item, parts: [], speech: undefined };
  switch (type) {
    case 'message':
      check(item['status'] === 'in_progress' && item['role'] === 'assistant', 'not a new message');
      check(listIn(item, 'content').length === 0, 'a message begins with content');
      return open;
    case 'reasoning':
      check(listIn(item, 'summary').length === 0, 'a thought begins with its summary');
      return open;
    case 'function_call':
    case 'custom_tool_call':
      check(/\S/.test(String(item['name'])) && /\S/.test(String(item['call_id'])), 'a bare call');
      check(item[type === 'function_call' ? 'arguments' : 'input'] === '', 'a call begins whole');
      check(item['status'] === 'in_progress', 'not a new call');
      open.speech = { events: KINDS[type] ?? '', text: '', isDone: false };
      return open;
    default:
      check(leave.foreign === true, `an item of type ${type}`);
      return open;
  }
}

function grow(open: OpenItem, event: JsonObject, type: string, leave: Leave): void {
  check(event['item_id'] === open.item['id'], `${type} of another item`);
  const [, about, step] = /^(.*)\.(\w+)$/.exec(type) ?? [];
  if (about === 'response.content_part' || about === 'response.reasoning_summary_part') {
    const { part } = event;
    if (!isJsonObject(part)) throw new Error('A part is none.');
    const number = about === 'response.content_part' ? 'content_index' : 'summary_index';
    check(event[number] === open.parts.length, `${type} has the number ${String(event[number])}`);
    const events = KINDS[String(part['type'])];
    if (!events) throw new Error(`A part of type ${String(part['type'])}.`);
    const words = part[WORDS[events] ?? ''];
    if (step === 'added') {
      check(!open.speech && words === '', 'a part begins inside another, or with words');
      open.speech = { events, text: '', isDone: false };
    } else {
      check(open.speech?.isDone === true, `${type} before its words are over`);
      check(open.speech?.events === events && open.speech.text === words, 'the part differs');
      open.parts.push(part);
      open.speech = undefined;
    }
    return;
  }
  const field = WORDS[about ?? ''];
  if (!field) return check(leave.foreign === true, `nobody knows ${type}`);
  const { speech } = open;
  if (!speech || speech.events !== about)
    throw new Error(`Out of order: ${type}, which nothing began.`);
  check(!speech.isDone, `${type} after its end`);
  if (step === 'delta') {
    check(typeof event['delta'] === 'string' && event['delta'] !== '', `${type} without words`);
    speech.text += String(event['delta']);
  } else {
    check(step === 'done' && event[field] === speech.text, `${type} differs from its deltas`);
    speech.isDone = true;
  }
  if (field === 'text' && about === 'response.output_text')
    check(Array.isArray(event['logprobs']), `${type} without logprobs`);
}

function finish(open: OpenItem, event: JsonObject, leave: Leave): JsonObject {
  const { item } = event;
  if (!isJsonObject(item)) throw new Error('An item is none.');
  const type = String(item['type']);
  for (const field of ['id', 'type', 'call_id', 'name', 'namespace'])
    check(item[field] === open.item[field], `${type} has another ${field} at its end`);
  if (type !== 'reasoning')
    check(/^(completed|incomplete)$/.test(String(item['status'])), `${type} is not over`);
  if (type === 'message' || type === 'reasoning') {
    check(!open.speech, 'a part is still open');
    const list = type === 'message' || leave.foreign !== true ? open.parts : undefined;
    if (list) same(item[type === 'message' ? 'content' : 'summary'], list, `${type} differs`);
    check(open.parts.length > 0 || leave.foreign === true, `${type} without a part`);
  } else if (open.speech) {
    check(open.speech.isDone, 'a call ends before its input');
    same(item[WORDS[open.speech.events] ?? ''], open.speech.text, 'the input differs');
    if (type === 'function_call' && item['status'] === 'completed' && !leave.unfit)
      check(isJsonObject(JSON.parse(open.speech.text)), 'the arguments are no object');
  }
  return item;
}

/** The fields that every response has. */
function responseIn(event: JsonObject): JsonObject {
  const { response } = event;
  if (!isJsonObject(response)) throw new Error(`${String(event['type'])} has no response.`);
  check(/^resp_\w+/.test(String(response['id'])), 'the response has no id');
  check(response['object'] === 'response', 'it is no response');
  check(Number.isInteger(response['created_at']), 'it has no date');
  check(typeof response['model'] === 'string' && response['model'] !== '', 'it names no model');
  for (const field of ['tools', 'output']) listIn(response, field);
  for (const field of ['text', 'reasoning', 'metadata'])
    check(isJsonObject(response[field]), `${field} is no object`);
  return response;
}

function checkFailure(response: JsonObject): void {
  const { error } = response;
  if (!isJsonObject(error)) throw new Error('A failed response has no error.');
  check(/^[a-z_]+$/.test(String(error['code'])), 'the error has no code');
  check(/\S/.test(String(error['message'] ?? '')), 'the error has no message');
}

function checkEnd(response: JsonObject): void {
  const { status, incomplete_details: details, usage, error } = response;
  check(error === null, 'it has an error, and has not failed');
  check(isJsonObject(details) === (status === 'incomplete'), 'incomplete_details do not fit');
  check(listIn(response, 'output').length > 0, 'it has no output');
  if (!isJsonObject(usage)) throw new Error('There is no usage.');
  const { input_tokens: input, output_tokens: output, total_tokens: total } = usage;
  for (const count of [input, output])
    check(Number.isInteger(count) && Number(count) >= 0, `a count of ${String(count)}`);
  check(total === Number(input) + Number(output), 'the counts do not add up');
  for (const field of ['input_tokens_details', 'output_tokens_details'])
    check(isJsonObject(usage[field]), `there are no ${field}`);
}

function listIn(holder: JsonObject, field: string): readonly unknown[] {
  const list = holder[field];
  if (!Array.isArray(list)) throw new Error(`${field} is no list.`);
  return list;
}

function same(one: unknown, other: unknown, what: string): void {
  check(JSON.stringify(one) === JSON.stringify(other), what);
}

function check(isFine: boolean, what: string): void {
  if (!isFine) throw new Error(`Out of order: ${what}.`);
}
