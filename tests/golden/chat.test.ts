/** Golden cases of chat completions. */
import { replayCases } from './cases.ts';

replayCases(new URL('chat/', import.meta.url), '/v1/chat/completions');
