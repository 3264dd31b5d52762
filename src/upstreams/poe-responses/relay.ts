/**
 * Poe's responses endpoint for clients that speak its protocol: the request is passed on as it is, so
 * that nothing is lost: encrypted thoughts, tools of special kinds, the vendor's own events.
 */
import type { Upstream } from '../../core/upstream.ts';
import { readPoeErrorReply } from '../poe-shared/error.ts';
import { build, ignores } from './relay-build.ts';
import { read } from './relay-read.ts';

/** Relays a request. */
export const poeResponsesRelay: Upstream = {
  name: 'poe-responses',
  relays: 'openai-responses',
  ignores,
  build,
  read,
  readError: readPoeErrorReply,
};
