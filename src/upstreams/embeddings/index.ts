/** Who makes embeddings, Poe having none: any OpenAI-compatible server, and Cloudflare's Workers AI. */
export { inBatches } from './batches.ts';
export { buildEmbeddings, embeddingsUrl } from './build.ts';
export { readEmbeddingsError } from './error.ts';
export { EMBEDDINGS_LIMIT, readEmbeddings } from './read.ts';
export {
  readWorkersAi,
  readWorkersAiError,
  WORKERS_AI_BATCH,
  WORKERS_AI_MODEL,
  workersAiInput,
} from './workers-ai.ts';
