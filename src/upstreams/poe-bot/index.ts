/**
 * Poe's native protocol: `POST /bot/{name}`. The one way that takes any bot, its own parameters
 * and uploaded files, and that tells of the files a bot makes.
 */
import type { GenerationRequest } from '../../core/request.ts';
import type { Upstream } from '../../core/upstream.ts';
import { build } from './build.ts';
import { readError } from './error.ts';
import { read } from './read.ts';

/** Asks a bot as Poe's own clients do. */
export const poeBot: Upstream = {
  name: 'poe-bot',
  isNative: true,
  build,
  read,
  readError,
  ignores,
};

/** What the protocol has no field for; some bots have a parameter of their own for it. */
function ignores(request: GenerationRequest): readonly string[] {
  return [
    ...(request.maxOutputTokens === undefined ? [] : ['max_tokens']),
    ...(request.topP === undefined ? [] : ['top_p']),
    ...(request.reasoningEffort === undefined ? [] : ['reasoning_effort']),
  ];
}
