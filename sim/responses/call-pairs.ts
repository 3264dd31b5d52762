/**
 * Calls and their outputs in `input`: each must have the other.
 */
import type { Failure } from '../failure.ts';
import type { JsonObject } from '../json.ts';

/** The types of a pair, and what OpenAI calls such a call. */
const PAIRS = [
  ['function_call', 'function_call_output', 'function call'],
  ['custom_tool_call', 'custom_tool_call_output', 'custom tool call'],
] as const;

function idsOf(items: readonly JsonObject[], type: string): ReadonlySet<string> {
  const those = items.filter((item) => item['type'] === type);
  return new Set(those.map((item) => String(item['call_id'])));
}

function unpaired(message: string): Failure {
  const error = { message, type: 'invalid_request_error', param: 'input', code: null };
  return { status: 400, error };
}

/** The first call or output that stands alone. */
export function pairFailure(items: readonly JsonObject[]): Failure | undefined {
  for (const [call, output, words] of PAIRS) {
    const calls = idsOf(items, call);
    const outputs = idsOf(items, output);
    const stray = [...outputs].find((id) => !calls.has(id));
    if (stray !== undefined) {
      return unpaired(`No tool call found for ${words} output with call_id ${stray}.`);
    }
    const open = [...calls].find((id) => !outputs.has(id));
    if (open !== undefined) return unpaired(`No tool output found for ${words} ${open}.`);
  }
  return undefined;
}
