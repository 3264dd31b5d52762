/** OpenAI's Chat Completions: what most clients in the world speak. */
import type { Protocol } from '../../core/protocol.ts';
import { parse } from './parse.ts';

/** `POST /v1/chat/completions` */
export const openaiChat: Protocol = { parse };
