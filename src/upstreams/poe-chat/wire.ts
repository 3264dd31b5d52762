/**
 * Poe's `/v1/chat/completions` on the wire: the fields that are read, all of them optional,
 * because no recorded stream exists and vendors leave things out.
 *
 * @see https://creator.poe.com/docs/external-applications/openai-compatible-api
 */
import type { JsonObject, JsonValue } from '../../lib/json.ts';

/** A streamed chunk or a whole completion: they differ in `delta` and `message` only. */
export interface WireReply extends JsonObject {
  readonly id?: JsonValue;
  readonly error?: JsonValue;
  readonly choices?: JsonValue;
  readonly usage?: JsonValue;
}

/** The body that is sent. */
export interface WireRequest {
  readonly model: string;
  readonly messages: readonly JsonObject[];
  readonly [field: string]: JsonValue | undefined;
}
