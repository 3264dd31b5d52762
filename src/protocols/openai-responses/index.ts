/** OpenAI's Responses: what Codex and the newer SDKs speak. */
import type { Protocol } from '../../core/protocol.ts';
import type { GenerationRequest } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { expandInput, type ResponseMemory } from './memory.ts';
import { parse, requestBody } from './parse.ts';

export type { ResponseMemory } from './memory.ts';
export { responseId } from './response.ts';

/**
 * `POST /v1/responses`
 *
 * @param memory Of the caller's earlier responses; without it every request must be whole.
 */
export function openaiResponses(memory?: ResponseMemory): Protocol {
  return {
    parse(value) {
      const body = requestBody(value);
      const input = expandInput(body, memory);
      return input instanceof Promise
        ? input.then((whole) => parse(body, whole, memory))
        : parse(body, input, memory);
    },
  };
}

/**
 * `POST /v1/responses/input_tokens`: what would be asked, to be counted.
 *
 * @throws {GatewayError} `invalid-request`, naming the field.
 */
export async function parseInputTokens(
  value: JsonValue,
  memory?: ResponseMemory,
): Promise<GenerationRequest> {
  const body = requestBody(value);
  return parse(body, await expandInput(body, memory), undefined).request;
}

/** The answer to it: an estimate, since Poe counts only what it has answered. */
export function renderInputTokens(inputTokens: number): JsonObject {
  return { object: 'response.input_tokens', input_tokens: inputTokens, estimated: true };
}
