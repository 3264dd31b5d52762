/**
 * Poe's messages endpoint: `POST /v1/messages`, for Claude. The client's request is passed on as it
 * is, so that nothing is lost: signed thoughts, the prompt cache, beta features.
 */
import type { OriginalRequest } from '../../core/request.ts';
import type { Upstream } from '../../core/upstream.ts';
import { readPoeErrorReply } from '../poe-shared/error.ts';
import { BETA_HEADER, betasOf, isKnownBeta } from './betas.ts';
import { build, buildPlain, VERSION, VERSION_HEADER } from './build.ts';
import { plainForm } from './plain.ts';
import { read } from './read.ts';

const named = (value: string): string => `${BETA_HEADER}: ${value}`;

/** Relays a request with everything in it. */
export const poeMessages: Upstream = {
  name: 'poe-messages',
  relays: 'anthropic-messages',
  ignores: ({ original }) =>
    betasOf(original)
      .filter((value) => !isKnownBeta(value))
      .map(named),
  build,
  read,
  readError: readPoeErrorReply,
};

/** Relays it without beta features, for a Poe that refuses them. */
export const poeMessagesPlain: Upstream = {
  ...poeMessages,
  ignores: ({ original }) => [
    ...betasOf(original).map(named),
    ...plainForm(original?.body ?? {}).ignored,
  ],
  build: buildPlain,
};

/** Whether the two would ask for the same: then what refuses the one refuses the other. */
export function isPlain(original: OriginalRequest): boolean {
  const isUsual = (original.headers[VERSION_HEADER] ?? VERSION) === VERSION;
  return isUsual && !betasOf(original).some(isKnownBeta) && plainForm(original.body).isSame;
}
