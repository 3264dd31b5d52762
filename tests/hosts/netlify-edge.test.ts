/** The host suite in the runtime of Netlify's edge functions. */
import { findDeno } from './_deno.ts';
import { netlifyEdge } from './_netlify-edge.ts';
import { withRuntime } from './_runtime.ts';
import { describeHost } from './_suite.ts';

withRuntime('Deno', findDeno(), (deno) => describeHost(netlifyEdge(deno)));
