/**
 * `POST /v1/messages/count_tokens`: an estimate, since Poe counts for nobody in advance.
 *
 * @see https://docs.anthropic.com/en/api/messages-count-tokens
 */
import type { Context } from '../context.ts';
import { estimateInputTokens } from '../core/estimate.ts';
import { readJsonBody } from '../http/body.ts';
import { parseCount, renderCount } from '../protocols/anthropic-messages/index.ts';

/** Words, tools, pictures and files of a request that is not asked. */
export async function countTokens(context: Context): Promise<Response> {
  const { request, config } = context;
  await context.identify();
  const body = await readJsonBody(request, config.maxRequestSize);
  return context.json(200, renderCount(estimateInputTokens(parseCount(body, request.headers))));
}
