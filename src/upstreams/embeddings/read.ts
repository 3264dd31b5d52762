/** What a server of embeddings gives: vectors as numbers or as base64, in any order, counted or not. */
import type { Embeddings } from '../../core/embedding.ts';
import { GatewayError } from '../../core/error.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';

/** A reply longer than this is not read, in bytes: fewer texts are sent instead. */
export const EMBEDDINGS_LIMIT = 32 * 1024 * 1024;

/**
 * @param body Of a reply that went well.
 * @param count How many inputs were sent.
 * @throws {GatewayError} when they are not all there; `too-large` when the reply was cut.
 */
export function readEmbeddings(body: string, count: number): Embeddings {
  if (body.length >= EMBEDDINGS_LIMIT)
    throw new GatewayError('too-large', 'The vectors for these texts are too long for one reply.');
  const reply = parseJson(body);
  if (!isJsonObject(reply) || !Array.isArray(reply['data'])) throw garbled('no list of embeddings');
  const items: readonly JsonValue[] = reply['data'];
  if (items.length !== count) throw garbled(`${items.length} embeddings for ${count} texts`);
  return { vectors: inOrder(items).map(readVector), tokens: readTokens(reply['usage']) };
}

/** A vector from numbers, or from the base64 of 32-bit floats, the lowest byte first. */
export function readVector(value: JsonValue | undefined): ArrayLike<number> {
  const vector = typeof value === 'string' ? decode(value) : value;
  const isVector =
    (vector instanceof Float32Array || Array.isArray(vector)) &&
    vector.length > 0 &&
    vector.every((number) => typeof number === 'number' && Number.isFinite(number));
  if (!isVector) throw garbled('an embedding that is no list of numbers');
  return vector as ArrayLike<number>;
}

/** By their index, where every one has its own; else as they come: some servers count nothing. */
function inOrder(items: readonly JsonValue[]): readonly (JsonValue | undefined)[] {
  const entries = items.map((item, position) => {
    const { index, embedding } = isJsonObject(item) ? item : {};
    return { index: typeof index === 'number' ? index : position, embedding };
  });
  const byIndex = new Map(entries.map(({ index, embedding }) => [index, embedding]));
  return entries.map(({ embedding }, position) =>
    byIndex.size === items.length ? byIndex.get(position) : embedding,
  );
}

function decode(base64: string): Float32Array | undefined {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    return undefined;
  }
  if (binary.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) =>
    view.getFloat32(index * 4, true),
  );
}

function readTokens(usage: JsonValue | undefined): number | undefined {
  const { prompt_tokens: prompt, total_tokens: total } = isJsonObject(usage) ? usage : {};
  const tokens = prompt ?? total;
  return typeof tokens === 'number' && tokens > 0 ? tokens : undefined;
}

function garbled(what: string): GatewayError {
  return new GatewayError('upstream-failed', `The embeddings server gave ${what}. Try again.`);
}
