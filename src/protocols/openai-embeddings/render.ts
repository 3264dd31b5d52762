/**
 * Vectors → OpenAI's list of embeddings, in the encoding that the client asked for, whatever the server
 * gave: the official SDKs ask for base64 and read nothing else.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/object
 */
import type { JsonObject } from '../../lib/json.ts';
import type { EncodingFormat } from './parse.ts';

/** Bytes that become text in one call; an engine's stack has room for no more than some ten thousand. */
const PIECE = 8192;

/** What is told beside the vectors. */
interface EmbeddingsReply {
  readonly vectors: readonly ArrayLike<number>[];
  readonly tokens: number;
  /** The server gave no count of its own. */
  readonly estimated: boolean;
  /** The model's name, as the client asked for it. */
  readonly model: string;
}

/** The body of the reply. */
export function renderEmbeddings(
  { vectors, tokens, estimated, model }: EmbeddingsReply,
  format: EncodingFormat,
): JsonObject {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: format === 'base64' ? base64(vector) : Array.from(vector),
    })),
    model,
    usage: {
      prompt_tokens: tokens,
      total_tokens: tokens,
      ...(estimated ? { estimated: true } : {}),
    },
  };
}

/** 32-bit floats, the lowest byte first, on every machine. */
function base64(vector: ArrayLike<number>): string {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < vector.length; index++)
    view.setFloat32(index * 4, vector[index] ?? 0, true);
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE)
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(binary);
}
