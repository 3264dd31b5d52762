/**
 * Embeddings in the neutral language: texts in, one vector for each out. They share nothing with an
 * answer's events, so they have a small language of their own.
 */
import type { JsonObject } from '../lib/json.ts';

/** A text, or the ids of its tokens in the model's own vocabulary. */
export type EmbeddingInput = string | readonly number[];

/** What is to be embedded, and how. */
export interface EmbeddingRequest {
  /** As the client named it; empty: none named. */
  readonly model: string;
  /** At least one; none is empty. */
  readonly inputs: readonly EmbeddingInput[];
  /** How long the vectors shall be. */
  readonly dimensions?: number | undefined;
  /** The client's name for its user. */
  readonly user?: string | undefined;
  /** Fields that are not of OpenAI's: some servers know them (`input_type`, `task`, …). */
  readonly others: JsonObject;
}

/** The vectors, in the order of the inputs. */
export interface Embeddings {
  readonly vectors: readonly ArrayLike<number>[];
  /** What the inputs count; undefined where the server does not say. */
  readonly tokens: number | undefined;
}
