/** Which way to ask Poe. One way so far; the rules of DESIGN section 4 go here, one line each. */
import type { Upstream } from '../core/upstream.ts';
import { poeChat } from './poe-chat/index.ts';

/** The upstream that serves a request. */
export function selectUpstream(): Upstream {
  return poeChat;
}
