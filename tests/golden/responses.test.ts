/** Golden cases of responses. */
import { replayCases } from './cases.ts';

replayCases(new URL('responses/', import.meta.url), '/v1/responses');
