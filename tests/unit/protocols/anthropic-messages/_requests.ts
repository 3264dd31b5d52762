/** What the tests of this room share: a plain body, and how it is read. */
import type { ParsedRequest } from '../../../../src/core/protocol.ts';
import type { GenerationRequest, Message } from '../../../../src/core/request.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { parse } from '../../../../src/protocols/anthropic-messages/parse.ts';

/** A body that asks for nothing special, with these fields. */
export function body(fields: JsonObject = {}): JsonObject {
  return {
    model: 'gpt-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
    ...fields,
  };
}

/** Reads a body with these headers. */
export function parsed(
  value: JsonValue,
  headers: Readonly<Record<string, string>> = {},
): ParsedRequest {
  return parse(value, new Headers(headers));
}

/** The neutral request of a plain body with these fields. */
export function requestOf(fields: JsonObject = {}): GenerationRequest {
  return parsed(body(fields)).request;
}

/** The neutral messages of these. */
export function messagesOf(...messages: readonly JsonObject[]): readonly Message[] {
  return requestOf({ messages }).messages;
}

/** What is named as ignored of a plain body with these fields. */
export function ignoredOf(fields: JsonObject): readonly string[] {
  return parsed(body(fields)).ignored;
}

/** A text part. */
export function text(words: string): { readonly type: 'text'; readonly text: string } {
  return { type: 'text', text: words };
}
