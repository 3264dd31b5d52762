/** Anthropic's Messages API: what Claude Code and many agents speak. */
import type { Protocol } from '../../core/protocol.ts';
import { parse } from './parse.ts';

export { parseCount, renderCount } from './count.ts';

/** `POST /v1/messages` */
export const anthropicMessages: Protocol = { parse };
