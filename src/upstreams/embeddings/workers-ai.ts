/**
 * Workers AI, which a worker on Cloudflare asks through a binding: texts in, rows of numbers out.
 *
 * @see https://developers.cloudflare.com/workers-ai/models/bge-m3/
 */
import type { EmbeddingInput, Embeddings } from '../../core/embedding.ts';
import { type ErrorKind, GatewayError, invalidField } from '../../core/error.ts';
import { isJsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';
import { readVector } from './read.ts';

/**
 * Asked for where the client names none of its models: a hundred languages, long texts, and the least
 * price of its kind. Its vectors have 1024 numbers.
 */
export const WORKERS_AI_MODEL = '@cf/baai/bge-m3';

/** Texts that it takes in one call. */
export const WORKERS_AI_BATCH = 100;

/**
 * Its errors by their number; any other is a failure of its own.
 *
 * @see https://developers.cloudflare.com/workers-ai/platform/errors/
 */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  3003: 'invalid-request',
  3006: 'too-large',
  3007: 'upstream-timeout',
  3008: 'upstream-timeout',
  3036: 'rate-limited',
  3040: 'overloaded',
  3042: 'model-not-found',
  5004: 'invalid-request',
  5006: 'invalid-request',
  5007: 'model-not-found',
};

/** @throws {GatewayError} where the inputs are tokens: its models read text. */
export function workersAiInput(inputs: readonly EmbeddingInput[]): { text: readonly string[] } {
  const text = inputs.map((input) => {
    if (typeof input === 'string') return input;
    throw invalidField('input', 'has token ids, which Workers AI does not take. Send the text.');
  });
  return { text };
}

/**
 * @param output What `run` gave.
 * @param count How many inputs were sent.
 */
export function readWorkersAi(output: unknown, count: number): Embeddings {
  const { data, response } = isJsonObject(output) ? output : {};
  const rows = data ?? response;
  if (!Array.isArray(rows) || rows.length !== count)
    throw new GatewayError('upstream-failed', 'Workers AI did not give a vector for each text.');
  return { vectors: rows.map((row: JsonValue) => readVector(row)), tokens: undefined };
}

/** What `run` threw: `5007: No such model …`, with or without a name before it. */
export function readWorkersAiError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const number = /\b[35]\d{3}(?=:)/.exec(said)?.[0] ?? '';
  const kind = entryOf(KINDS, number) ?? 'upstream-failed';
  const words = said === '' ? '' : readPoeErrorObject({ message: said }, '').message;
  return new GatewayError(kind, `Workers AI did not make the embeddings${words && `: ${words}`}`);
}
