/**
 * Poe's responses endpoint: `POST /v1/responses`, for the models that list it. The one way on
 * which an output format is obeyed.
 */
import type { Upstream } from '../../core/upstream.ts';
import { readPoeErrorReply } from '../poe-shared/error.ts';
import { build } from './build.ts';
import { read } from './read.ts';

/** Asks a model as OpenAI's own newer clients do. */
export const poeResponses: Upstream = {
  name: 'poe-responses',
  build,
  read,
  readError: readPoeErrorReply,
};
