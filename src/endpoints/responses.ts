/**
 * `/v1/responses` and what hangs below it: making a response, and coming back to one that was kept.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
import type { Context } from '../context.ts';
import { estimateInputTokens } from '../core/estimate.ts';
import { GatewayError } from '../core/error.ts';
import { exchange } from '../gateway.ts';
import { readJsonBody } from '../http/body.ts';
import type { ResponseShelf } from '../kept-responses.ts';
import type { JsonObject } from '../lib/json.ts';
import {
  openaiResponses,
  parseInputTokens,
  renderInputTokens,
  responseId,
} from '../protocols/openai-responses/index.ts';
import { selectWays } from '../upstreams/select.ts';

/** Items of a page of `input_items`, unless asked for otherwise. */
const PAGE = 20;
const LARGEST_PAGE = 100;

/** `POST /v1/responses` */
export async function createResponse(context: Context): Promise<Response> {
  const shelf = await shelfOf(context);
  return exchange(context, openaiResponses(shelf), selectWays, (answer, abort) =>
    shelf ? shelf.follow(responseId(answer), abort) : () => undefined,
  );
}

/** `GET /v1/responses/{id}` */
export async function showResponse(context: Context, id: string): Promise<Response> {
  const shelf = await ownShelf(context);
  if (new URL(context.request.url).searchParams.get('stream') === 'true')
    throw new GatewayError('invalid-request', 'stream: a kept response is given whole.', {
      param: 'stream',
    });
  const { response } = await shelf.find(id);
  return context.json(200, response);
}

/** `DELETE /v1/responses/{id}` */
export async function deleteResponse(context: Context, id: string): Promise<Response> {
  await (await ownShelf(context)).remove(id);
  return context.json(200, { id, object: 'response', deleted: true });
}

/** `GET /v1/responses/{id}/input_items?limit=&order=&after=` */
export async function listInputItems(context: Context, id: string): Promise<Response> {
  const { input } = await (await ownShelf(context)).find(id);
  const query = new URL(context.request.url).searchParams;
  const ordered = query.get('order') === 'asc' ? input : input.toReversed();
  const after = query.get('after');
  const start = after === null ? 0 : positionAfter(ordered, after);
  const limit = Number(query.get('limit') ?? PAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE)
    throw new GatewayError('invalid-request', `limit: must be from 1 to ${LARGEST_PAGE}.`, {
      param: 'limit',
    });
  const data = ordered.slice(start, start + limit);
  return context.json(200, {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: start + limit < ordered.length,
  });
}

function positionAfter(items: readonly JsonObject[], id: string): number {
  const position = items.findIndex((item) => item['id'] === id);
  if (position !== -1) return position + 1;
  throw new GatewayError('invalid-request', 'after: is not the id of an item of this list.', {
    param: 'after',
  });
}

/** `POST /v1/responses/{id}/cancel`: of one that is being answered by this instance. */
export async function cancelResponse(context: Context, id: string): Promise<Response> {
  const shelf = await ownShelf(context);
  if (shelf.cancel(id))
    return context.json(200, { id, object: 'response', status: 'cancelled', output: [] });
  await shelf.find(id);
  throw new GatewayError('invalid-request', 'This response is complete: it cannot be cancelled.');
}

/** `POST /v1/responses/input_tokens`: an estimate. */
export async function countInputTokens(context: Context): Promise<Response> {
  const { request, config } = context;
  const shelf = await shelfOf(context);
  const body = await readJsonBody(request, config.maxRequestSize);
  const tokens = estimateInputTokens(await parseInputTokens(body, shelf));
  return context.json(200, renderInputTokens(tokens));
}

/** `POST /v1/responses/compact` */
export function compactResponse(): never {
  throw new GatewayError(
    'not-supported',
    'Poe cannot compact a conversation. Ask the model for a summary, and go on from that.',
  );
}

/** Of who calls; undefined where nothing is kept. */
async function shelfOf({
  identify,
  openShelf,
  beside,
}: Context): Promise<ResponseShelf | undefined> {
  const { credential } = await identify();
  return openShelf(credential, beside);
}

/** @throws {GatewayError} `not-supported` where nothing is kept. */
async function ownShelf(context: Context): Promise<ResponseShelf> {
  const shelf = await shelfOf(context);
  if (shelf) return shelf;
  throw new GatewayError(
    'not-supported',
    'This gateway keeps no responses. Its owner can set STORE to change that; without it, send the whole conversation each time.',
  );
}
