/**
 * The defect of Google's models on the responses endpoint: beside a function call there is a
 * message whose text part has no text, and the object is called by the chat protocol's name.
 */
import { hex } from '../identifier.ts';
import { objectsIn, type JsonObject } from '../json.ts';

/** The same response with the defect, where a function is called. */
export function asGoogle(response: JsonObject): JsonObject {
  const output = objectsIn(response['output']);
  if (!output.some((item) => item['type'] === 'function_call')) return response;
  const message = {
    id: `msg_${hex(50)}`,
    content: [{ annotations: [], type: 'output_text', logprobs: [] }],
    role: 'assistant',
    status: 'completed',
    type: 'message',
  };
  return { ...response, object: 'chat.completion', output: [message, ...output] };
}
