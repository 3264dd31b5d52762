/**
 * The law of Anthropic's message streams, as strictly as any client could take it: every event at its
 * place, every block closed before the next, nothing after the end. What it reads it puts together.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/lib/json.ts';

/** A message as a stream told it. */
export interface StreamedMessage {
  readonly message: JsonObject;
  /** The types of its events, in their order. */
  readonly events: readonly string[];
}

interface OpenBlock {
  readonly block: JsonObject & { readonly type: string };
  text: string;
  signature: string;
  deltas: number;
}

const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

const STOP_REASONS: ReadonlySet<unknown> = new Set([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'refusal',
]);

/** The events of a stream; comments are skipped. @throws {Error} where a frame is none. */
export function messageEvents(stream: string): readonly JsonObject[] {
  if (!stream.endsWith('\n\n')) throw new Error('The last frame is not whole.');
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':'))
    .map((frame) => {
      const [, name, data] = /^event: ([a-z_]+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
      const event: unknown = JSON.parse(data ?? 'null');
      if (!isJsonObject(event)) throw new Error(`Not an event and its data: ${frame}`);
      if (event['type'] !== name) throw new Error(`${name} is of type ${String(event['type'])}.`);
      return event;
    });
}

/** Reads a whole stream. @throws {Error} at the first event that is not where it may be. */
export function readMessageStream(stream: string): StreamedMessage {
  const events = messageEvents(stream);
  const content: JsonObject[] = [];
  let message: Record<string, JsonValue | undefined> | undefined;
  let open: OpenBlock | undefined;
  let told = false;
  let stopped = false;

  for (const event of events) {
    const type = String(event['type']);
    check(!stopped, `${type} after message_stop`);
    if (type === 'message_start') {
      check(!message, 'a second message_start');
      message = { ...startOf(event) };
      continue;
    }
    check(message !== undefined, `${type} before message_start`);
    if (type === 'ping') {
      check(Object.keys(event).length === 1, 'a ping says something');
      continue;
    }
    check(!told || type === 'message_stop', `${type} after message_delta`);
    switch (type) {
      case 'content_block_start':
        check(!open, 'a block begins inside another');
        check(event['index'] === content.length, `a block has the index ${String(event['index'])}`);
        open = startBlock(event);
        break;
      case 'content_block_delta':
        check(open !== undefined, 'a delta of no block');
        check(event['index'] === content.length, 'a delta of another block');
        if (open) growBlock(open, event);
        break;
      case 'content_block_stop':
        check(open !== undefined && event['index'] === content.length, 'the end of no block');
        if (open) content.push(finishBlock(open));
        open = undefined;
        break;
      case 'message_delta':
        check(!open, 'message_delta inside a block');
        told = true;
        message = { ...message, ...endOf(event, content), usage: usageOf(event) };
        break;
      case 'message_stop':
        check(told, 'message_stop without message_delta');
        stopped = true;
        break;
      default:
        throw new Error(`Nobody knows ${type}.`);
    }
  }
  check(stopped, 'no message_stop');
  return {
    message: { ...message, content },
    events: events.map((event) => String(event['type'])),
  };
}

/** A frozen shape of what begins: nothing is said yet. */
function startOf(event: JsonObject): JsonObject {
  const { message } = event;
  check(isJsonObject(message), 'message_start has no message');
  const started = isJsonObject(message) ? message : {};
  check(/^(msg|req)_\w+/.test(String(started['id'])), 'the message has no id');
  check(started['type'] === 'message' && started['role'] === 'assistant', 'it is no message');
  check(typeof started['model'] === 'string' && started['model'] !== '', 'it names no model');
  const { content } = started;
  check(Array.isArray(content) && content.length === 0, 'it begins with content');
  check(started['stop_reason'] === null && started['stop_sequence'] === null, 'it has ended');
  usageOf(started);
  return started;
}

function startBlock(event: JsonObject): OpenBlock {
  const block = event['content_block'];
  if (!isJsonObject(block)) throw new Error('A block is none.');
  const type = String(block['type']);
  check(Object.hasOwn(DELTAS, type), `a block of type ${type}`);
  if (type === 'text') check(block['text'] === '', 'a text does not begin empty');
  if (type === 'thinking')
    check(block['thinking'] === '' && block['signature'] === '', 'a thought does not begin empty');
  if (type === 'tool_use') {
    check(/\S/.test(String(block['id'])) && /\S/.test(String(block['name'])), 'a nameless call');
    const { input } = block;
    check(isJsonObject(input) && Object.keys(input).length === 0, 'a call begins with its input');
  }
  return { block: { ...block, type }, text: '', signature: '', deltas: 0 };
}

function growBlock(open: OpenBlock, event: JsonObject): void {
  const { delta } = event;
  if (!isJsonObject(delta)) throw new Error('A delta is none.');
  const type = String(delta['type']);
  check(DELTAS[open.block.type]?.includes(type) === true, `${type} in ${open.block.type}`);
  check(open.signature === '', 'a thought goes on after its signature');
  open.deltas += 1;
  const field = { signature_delta: 'signature', input_json_delta: 'partial_json' }[type];
  const piece = delta[field ?? type.replace('_delta', '')];
  if (typeof piece !== 'string') throw new Error(`${type} has no piece.`);
  if (type === 'signature_delta') open.signature = piece;
  else open.text += piece;
}

function finishBlock({ block, text, signature, deltas }: OpenBlock): JsonObject {
  switch (block.type) {
    case 'text':
      return { ...block, text };
    case 'thinking':
      check(text !== '', 'a thought without words');
      return { ...block, thinking: text, signature };
    default: {
      check(deltas > 0, 'a call without a delta');
      const input: unknown = JSON.parse(text);
      if (!isJsonObject(input)) throw new Error(`The input of a call is no object: ${text}`);
      return { ...block, input };
    }
  }
}

function endOf(event: JsonObject, content: readonly JsonObject[]): JsonObject {
  const { delta } = event;
  if (!isJsonObject(delta)) throw new Error('message_delta has no delta.');
  const { stop_reason: reason, stop_sequence: sequence } = delta;
  check(STOP_REASONS.has(reason), `stop_reason ${String(reason)}`);
  check(
    (reason === 'stop_sequence') === (typeof sequence === 'string'),
    'a stop_sequence too many',
  );
  const types = new Set(content.map(({ type }) => type));
  check(types.has('text') || types.has('tool_use'), 'neither a text nor a call');
  check(reason !== 'tool_use' || types.has('tool_use'), 'tool_use without a call');
  return delta;
}

function usageOf(holder: JsonObject): JsonObject {
  const { usage } = holder;
  if (!isJsonObject(usage)) throw new Error('There is no usage.');
  for (const field of [
    'input_tokens',
    'output_tokens',
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
  ]) {
    const count = usage[field];
    check(Number.isInteger(count) && Number(count) >= 0, `${field} is ${String(count)}`);
  }
  return usage;
}

function check(isFine: boolean, what: string): void {
  if (!isFine) throw new Error(`Out of order: ${what}.`);
}
