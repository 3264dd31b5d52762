/** OpenAI's embeddings: what vector stores, memories and searches ask for. */
export { parseEmbeddings } from './parse.ts';
export { renderEmbeddings } from './render.ts';
