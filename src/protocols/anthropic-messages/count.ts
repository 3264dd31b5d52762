/**
 * `POST /v1/messages/count_tokens`: a request that is not asked, and the number of its tokens.
 *
 * @see https://docs.anthropic.com/en/api/messages-count-tokens
 */
import type { RequestHeaders } from '../../core/protocol.ts';
import type { GenerationRequest } from '../../core/request.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { readBody } from '../shared/body.ts';
import { readRequest } from './parse.ts';

/** What is to be counted. @throws {GatewayError} `invalid-request`, naming the field. */
export function parseCount(value: JsonValue, headers: RequestHeaders): GenerationRequest {
  return readRequest(readBody(value), headers, new Set()).request;
}

/** `estimated`: Poe has no tokenizer to ask. */
export function renderCount(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens, estimated: true };
}
