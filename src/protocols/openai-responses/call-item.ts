/**
 * A call of a tool, as an output item. A function's arguments are told as they come; the text of a
 * custom tool is hidden in JSON until that is whole.
 */
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { customInput } from '../shared/custom-tool.ts';
import { type ItemStatus, opening, type Tell } from './tell.ts';
import type { DeclaredTool } from './tool-names.ts';

/** A call that is being made. */
export interface CallItem {
  /** The place in the output. */
  readonly index: number;
  grow(json: string): void;
  /** Whether its arguments are a whole object: nothing of it can follow. */
  isWhole(): boolean;
  close(status: ItemStatus): JsonObject;
}

/** Which call it is. */
interface CallIdentity {
  /** Of the item; for results there is the other one. */
  readonly id: string;
  readonly callId: string;
  readonly tool: DeclaredTool;
}

/** @param tell Missing where only the whole is wanted. */
export function openCall(
  { id, callId, tool }: CallIdentity,
  index: number,
  tell: Tell | undefined,
): CallItem {
  const { name, namespace, custom } = tool;
  const place = `"item_id":${JSON.stringify(id)},"output_index":${index}`;
  const events = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const field = custom ? 'input' : 'arguments';
  const growing = opening(`${events}.delta`, place);
  let json = '';

  function item(status: ItemStatus, text: string): JsonObject {
    return {
      id,
      type: custom ? 'custom_tool_call' : 'function_call',
      status,
      call_id: callId,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      [field]: text,
    };
  }

  function delta(text: string): void {
    if (text !== '') tell?.(growing, `,"delta":${JSON.stringify(text)}`);
  }

  const first = JSON.stringify(item('in_progress', ''));
  tell?.(opening('response.output_item.added', `"output_index":${index}`), `,"item":${first}`);
  return {
    index,
    grow(piece) {
      json += piece;
      if (!custom) delta(piece);
    },
    isWhole: () => json.trimEnd().endsWith('}') && isJsonObject(parseJson(json)),
    close(status) {
      const text = custom ? customInput(json) : json;
      if (custom) delta(text);
      const whole = item(status, text);
      const named = custom ? '' : `,"name":${JSON.stringify(name)}`;
      tell?.(opening(`${events}.done`, place), `${named},"${field}":${JSON.stringify(text)}`);
      tell?.(
        opening('response.output_item.done', `"output_index":${index}`),
        `,"item":${JSON.stringify(whole)}`,
      );
      return whole;
    },
  };
}
