/**
 * Events of a stream as clients need them: they fail without token counts, and take the input of a
 * call from its deltas alone, while some vendors leave out the counts or give the input at once.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { NOTHING_COUNTED } from './events.ts';

/** Takes an event and its JSON text. */
export type Tell = (name: string, event: JsonObject, text: string) => void;

/** Tells every event on: as it is, or mended. */
export function repair(tell: Tell): Tell {
  /** A call that began with its input, and the block it is; no delta of it has come. */
  let given: { readonly index: JsonValue | undefined; readonly input: JsonObject } | undefined;

  const tellAnew = (name: string, event: JsonObject): void =>
    tell(name, event, JSON.stringify(event));

  return (name, event, text) => {
    const { index, usage, message, content_block: block, delta } = event;
    switch (name) {
      case 'message_start':
        if (!isJsonObject(message) || isJsonObject(message['usage'])) break;
        return tellAnew(name, { ...event, message: { ...message, usage: NOTHING_COUNTED } });
      case 'message_delta':
        if (isJsonObject(usage)) break;
        return tellAnew(name, { ...event, usage: { output_tokens: 0 } });
      case 'content_block_start': {
        const input = isJsonObject(block) ? block['input'] : undefined;
        if (!isJsonObject(block) || !isJsonObject(input) || isEmpty(input)) break;
        given = { index, input };
        return tellAnew(name, { ...event, content_block: { ...block, input: {} } });
      }
      case 'content_block_delta':
        if (isJsonObject(delta) && delta['partial_json']) given = undefined;
        break;
      case 'content_block_stop':
        if (given && given.index === index) {
          const json = { type: 'input_json_delta', partial_json: JSON.stringify(given.input) };
          given = undefined;
          const type = 'content_block_delta';
          tellAnew(type, { type, index, delta: json });
        }
    }
    tell(name, event, text);
  };
}

function isEmpty(input: JsonObject): boolean {
  return Object.keys(input).length === 0;
}
