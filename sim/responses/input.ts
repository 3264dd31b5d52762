/**
 * Reads the `input` of a responses request, which has passed its check, into turns.
 */
import { objectsIn, type JsonObject } from '../json.ts';
import type { Turn } from '../prompt.ts';
import { attachmentsOf, textOf } from './parts.ts';

function messageTurn({ role, content }: JsonObject): Turn {
  return {
    role: role === 'developer' ? 'system' : String(role),
    text: textOf(content),
    attachments: attachmentsOf(content),
  };
}

function callTurn(): Turn {
  return { role: 'assistant', text: '' };
}

function outputTurn({ output }: JsonObject): Turn {
  return { role: 'tool', text: textOf(output), attachments: attachmentsOf(output) };
}

/** Item type → the turn it is; thoughts and searches are none. */
const TURNS: Readonly<Record<string, (item: JsonObject) => Turn>> = {
  message: messageTurn,
  function_call: callTurn,
  custom_tool_call: callTurn,
  function_call_output: outputTurn,
  custom_tool_call_output: outputTurn,
};

/** The conversation in `input`. */
export function turnsOf({ input }: JsonObject): readonly Turn[] {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  return objectsIn(input).flatMap((item) => TURNS[String(item['type'] ?? 'message')]?.(item) ?? []);
}
