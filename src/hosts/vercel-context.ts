/**
 * What Vercel's runtimes know of the request under way. Its own package reads the same global, but
 * brings 9 MB of other things along.
 *
 * @see https://vercel.com/docs/functions/functions-api-reference/vercel-functions-package#waituntil
 */
import type { Visit } from '../platform.ts';

const REQUEST_CONTEXT = Symbol.for('@vercel/request-context');

interface VercelGlobal {
  [REQUEST_CONTEXT]?: { get?(): Pick<Visit, 'waitUntil'> | undefined };
}

/** Keeps the function running until the work is done, where Vercel offers it. */
export function vercelWaitUntil(work: Promise<void>): void {
  (globalThis as VercelGlobal)[REQUEST_CONTEXT]?.get?.()?.waitUntil?.(work);
}
