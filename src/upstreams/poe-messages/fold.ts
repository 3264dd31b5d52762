/**
 * The events of a stream put together to the message that they tell: for a Poe that streams though a
 * whole answer was asked for.
 */
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';

/** Fed with every event, in order. */
export interface MessageFold {
  event(event: JsonObject): void;
  /** The message, without its token counts; undefined when a call's input is garbled. */
  message(): JsonObject | undefined;
}

/** Deltas that make a field of the same name longer. */
const GROWING: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'signature',
};

interface Block {
  readonly content: Record<string, JsonValue | undefined>;
  /** JSON text, as far as it came. */
  input: string;
}

/** Starts one message. */
export function foldMessage(): MessageFold {
  let message: JsonObject = {};
  const blocks = new Map<JsonValue | undefined, Block>();

  function grow(block: Block, delta: JsonObject): void {
    const { content } = block;
    const type = String(delta['type']);
    const field = entryOf(GROWING, type);
    if (field !== undefined) content[field] = textOf(content[field]) + textOf(delta[field]);
    else if (type === 'input_json_delta') block.input += textOf(delta['partial_json']);
    else if (type === 'citations_delta')
      content['citations'] = [...listOf(content['citations']), delta['citation'] ?? null];
  }

  return {
    event(event) {
      const { type, index, message: begun, content_block: content, delta } = event;
      if (type === 'message_start' && isJsonObject(begun)) message = begun;
      else if (type === 'content_block_start' && isJsonObject(content))
        blocks.set(index, { content: { ...content }, input: '' });
      else if (type === 'content_block_delta' && isJsonObject(delta)) {
        const block = blocks.get(index);
        if (block) grow(block, delta);
      } else if (type === 'message_delta' && isJsonObject(delta))
        message = { ...message, ...delta };
    },
    message() {
      const content: JsonObject[] = [];
      for (const block of blocks.values()) {
        const input = block.input === '' ? block.content['input'] : parseJson(block.input);
        if (block.input !== '' && input === undefined) return undefined;
        content.push(input === undefined ? block.content : { ...block.content, input });
      }
      return { ...message, content };
    },
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
