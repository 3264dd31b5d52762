/**
 * Events → the events of a message stream. The hot path: a delta costs one string, and what is the
 * same for all deltas of a block is put together when the block begins.
 *
 * One block follows another here, while a model's calls may grow in turns. So from the first call on
 * everything else waits until the answer is over, and is then written whole.
 *
 * @see https://docs.anthropic.com/en/api/messages-streaming
 */
import { roughInputTokens } from '../../core/estimate.ts';
import type { GenerationEvent, Sink, ToolCallDelta, Usage } from '../../core/event.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import type { GenerationRequest } from '../../core/request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { anthropicError } from './error.ts';
import { wireInput } from './render.ts';
import { UNSIGNED, wireStop, wireUsage } from './wire.ts';

type Kind = 'text' | 'thinking' | 'tool_use';

/** A block that waits; of a call with its index. */
interface Held {
  readonly kind: Kind;
  readonly call?: ToolCallDelta;
  content: string;
}

/** What a kind's deltas are called, and their one field. */
const DELTAS: Readonly<Record<Kind, string>> = {
  text: '"text_delta","text"',
  thinking: '"thinking_delta","thinking"',
  tool_use: '"input_json_delta","partial_json"',
};

/**
 * @param request Its tokens are guessed for the first event, which must tell them.
 * @param hidesThinking What the bot thinks is not told.
 * @param write Takes whole frames.
 */
export function renderStream(
  answer: AnswerIdentity,
  request: GenerationRequest,
  hidesThinking: boolean,
  write: (frames: string) => void,
): Sink {
  let started = false;
  let relayed = false;
  /** The block that is open, its index, the call in it, and whether it has anything in it. */
  let open: Kind | undefined;
  let index = -1;
  let openCall: number | undefined;
  let isEmpty = true;
  /** A delta of the open block, up to its text. */
  let head = '';
  /** Clients look for a text, or for a call. */
  let answered = false;
  const held: Held[] = [];
  const heldCalls = new Map<number, Held>();
  let usage: Usage | undefined;

  function start(): void {
    if (started) return;
    started = true;
    const message = {
      id: `msg_${answer.id}`,
      type: 'message',
      role: 'assistant',
      model: answer.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: {
        input_tokens: roughInputTokens(request),
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 1,
      },
    };
    write(frame('message_start', { message }) + frame('ping', {}));
  }

  function begin(kind: Kind, call?: ToolCallDelta): void {
    start();
    close();
    open = kind;
    index += 1;
    isEmpty = true;
    openCall = call?.index;
    if (kind !== 'thinking') answered = true;
    const block = {
      text: { text: '' },
      thinking: { thinking: '', signature: UNSIGNED },
      tool_use: { id: call?.id ?? '', name: call?.name ?? '', input: {} },
    }[kind];
    write(frame('content_block_start', { index, content_block: { type: kind, ...block } }));
    head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":${DELTAS[kind]}:`;
  }

  function grow(content: string): void {
    if (content === '') return;
    isEmpty = false;
    write(`${head}${JSON.stringify(content)}}}\n\n`);
  }

  function close(): void {
    if (open === undefined) return;
    // A call without arguments is one with none, and not one whose arguments are missing.
    if (open === 'tool_use' && isEmpty) grow('{}');
    open = undefined;
    write(frame('content_block_stop', { index }));
  }

  function say(kind: 'text' | 'thinking', content: string): void {
    if (content === '') return;
    if (open !== 'tool_use') {
      if (open !== kind) begin(kind);
      return grow(content);
    }
    const last = held.at(-1);
    if (last?.kind === kind) last.content += content;
    else held.push({ kind, content });
  }

  function growCall(delta: ToolCallDelta): void {
    if (open !== 'tool_use') begin('tool_use', delta);
    if (delta.index === openCall) return grow(delta.arguments);
    const waiting = heldCalls.get(delta.index);
    if (waiting) {
      waiting.content += delta.arguments;
      return;
    }
    const block: Held = { kind: 'tool_use', call: delta, content: delta.arguments };
    held.push(block);
    heldCalls.set(delta.index, block);
  }

  function finish({ reason, stopSequence }: GenerationEvent & { readonly type: 'finish' }): void {
    for (const { kind, call: delta, content } of held) {
      begin(kind, delta);
      grow(kind === 'tool_use' ? inputText(content) : content);
    }
    if (!answered) begin('text');
    close();
    const delta = wireStop(reason, stopSequence);
    write(frame('message_delta', { delta, usage: wireUsage(usage) }) + frame('message_stop', {}));
  }

  return {
    event(event) {
      switch (event.type) {
        case 'text-delta':
        case 'refusal-delta':
          return say('text', event.text);
        case 'reasoning-delta':
          if (!hidesThinking) say('thinking', event.text);
          return;
        case 'tool-call-delta':
          return growCall(event);
        case 'usage':
          usage = event.usage;
          return;
        case 'finish':
          if (!relayed) finish(event);
          return;
        case 'relayed-event':
          relayed = true;
          return write(relayedFrame(event.name, event.data, answer.model));
        case 'error':
          return write(`event: error\ndata: ${JSON.stringify(anthropicError(event.error))}\n\n`);
        case 'response-start':
        case 'text-replace':
        case 'file':
        case 'relayed-reply':
          // The text has a file's link already; the others are not for a stream.
          return;
      }
    },
    end: () => undefined,
  };
}

/** As the model wrote it, where that is an object. */
function inputText(json: string): string {
  return isJsonObject(parseJson(json)) ? json : JSON.stringify(wireInput(json));
}

function frame(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** As Poe sent it, but for the model's name. */
function relayedFrame(name: string, data: string, model: string): string {
  const text = name === 'message_start' ? withModel(data, model) : data;
  return `event: ${name}\ndata: ${text.replaceAll('\n', '\ndata: ')}\n\n`;
}

function withModel(data: string, model: string): string {
  const event = parseJson(data);
  if (!isJsonObject(event) || !isJsonObject(event['message'])) return data;
  return JSON.stringify({ ...event, message: { ...event['message'], model } });
}
