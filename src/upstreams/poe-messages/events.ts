/**
 * A whole message as the events of a stream: for a Poe that answers whole though a stream was asked
 * for. Clients rely on every one of them, and take a call's input only from its deltas.
 *
 * @see https://docs.anthropic.com/en/api/messages-streaming
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';

/** Clients count on both. */
export const NOTHING_COUNTED: JsonObject = { input_tokens: 0, output_tokens: 0 };

/** @param message Its `content` is a list. */
export function eventsOf(message: JsonObject): readonly JsonObject[] {
  const { content, stop_reason = null, stop_sequence = null, usage } = message;
  const counted = isJsonObject(usage) ? { ...NOTHING_COUNTED, ...usage } : NOTHING_COUNTED;
  const blocks: readonly JsonValue[] = Array.isArray(content) ? content : [];
  const opened = { ...message, content: [], stop_reason: null, stop_sequence: null };
  return [
    { type: 'message_start', message: { ...opened, usage: { ...counted, output_tokens: 0 } } },
    ...blocks.filter(isJsonObject).flatMap(eventsOfBlock),
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: counted },
    { type: 'message_stop' },
  ];
}

function eventsOfBlock(block: JsonObject, index: number): readonly JsonObject[] {
  const { begun, deltas } = takeApart(block);
  return [
    { type: 'content_block_start', index, content_block: begun },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

interface BlockParts {
  readonly begun: JsonObject;
  readonly deltas: readonly JsonObject[];
}

/** How a block begins, and how it grows; one of a kind that does not grow comes at once. */
function takeApart(block: JsonObject): BlockParts {
  const { type, text, thinking, signature, input, citations } = block;
  if (type === 'text') {
    const list: readonly JsonValue[] = Array.isArray(citations) ? citations : [];
    return {
      begun: { ...block, text: '', ...(list.length > 0 ? { citations: [] } : {}) },
      deltas: [
        { type: 'text_delta', text },
        ...list.map((citation) => ({ type: 'citations_delta', citation })),
      ],
    };
  }
  if (type === 'thinking')
    return {
      begun: { ...block, thinking: '', signature: '' },
      deltas: [
        { type: 'thinking_delta', thinking },
        { type: 'signature_delta', signature },
      ],
    };
  if (input === undefined) return { begun: block, deltas: [] };
  return {
    begun: { ...block, input: {} },
    deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }],
  };
}
