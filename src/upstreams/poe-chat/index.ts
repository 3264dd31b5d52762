/** Poe's OpenAI-compatible chat endpoint: `POST /v1/chat/completions`. */
import type { Upstream } from '../../core/upstream.ts';
import { readPoeErrorReply } from '../poe-shared/error.ts';
import { build } from './build.ts';
import { read } from './read.ts';

/** The default way to ask Poe. */
export const poeChat: Upstream = {
  name: 'poe-chat',
  build,
  read,
  readError: readPoeErrorReply,
  // It takes the field and does nothing with it.
  ignores: ({ logitBias }) => (logitBias === undefined ? [] : ['logit_bias']),
};
