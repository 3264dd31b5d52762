/** OpenAI's legacy completions: text in, the text that follows out. Asked of bots that chat. */
import type { Protocol } from '../../core/protocol.ts';
import { parse } from './parse.ts';

/** `POST /v1/completions` */
export const openaiCompletions: Protocol = { parse };
