/** Golden cases of legacy completions. */
import { replayCases } from './cases.ts';

replayCases(new URL('completions/', import.meta.url), '/v1/completions');
