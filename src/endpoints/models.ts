/**
 * `GET /v1/models` and `GET /v1/models/{id}`: Poe's list from the catalogue as the model map has it, in
 * OpenAI's shape or in Anthropic's.
 */
import type { Context } from '../context.ts';
import { GatewayError } from '../core/error.ts';
import { mayUse } from '../policy/access.ts';
import { findModel, listModels as shownModels } from '../policy/model-choice.ts';
import type { ModelMap } from '../policy/model-map.ts';
import {
  renderAnthropicModel,
  renderAnthropicModels,
} from '../protocols/anthropic-models/index.ts';
import { renderModel, renderModels } from '../protocols/openai-models/index.ts';

/** All that a client may pick. */
export async function listModels(context: Context): Promise<Response> {
  const { request } = context;
  const caller = await context.identify();
  const models = await context.catalogue.load(() => context.keysOf(caller, '').current());
  const cards = shownModels(mapOf(context), models).flatMap(({ card, model }) =>
    mayUse(caller, card.id, model) ? [card] : [],
  );
  if (!wantsAnthropic(request)) return context.json(200, renderModels(cards));
  const query = new URL(request.url).searchParams;
  const page = {
    limit: query.get('limit') ?? undefined,
    afterId: query.get('after_id') ?? undefined,
    beforeId: query.get('before_id') ?? undefined,
  };
  return context.json(200, renderAnthropicModels(cards, page));
}

/** One bot. The id may be any name that a request could give, and may have slashes in it. */
export async function showModel(context: Context, pathId: string): Promise<Response> {
  const caller = await context.identify();
  const models = await context.catalogue.load(() => context.keysOf(caller, '').current());
  const id = decodePath(pathId);
  const found = findModel(mapOf(context), id, models);
  const render = wantsAnthropic(context.request) ? renderAnthropicModel : renderModel;
  if (found && mayUse(caller, id, found.card.id, found.model))
    return context.json(200, render(found.card));
  throw new GatewayError(
    'model-not-found',
    `Poe does not list a bot called "${id.slice(0, 100)}". GET /v1/models has the list; a bot of the community may work all the same.`,
    { param: 'model' },
  );
}

function mapOf({ modelMaps, beside }: Context): ModelMap {
  return modelMaps.current(beside);
}

/** Its clients say which version of its API they speak. */
function wantsAnthropic({ headers }: Request): boolean {
  return headers.has('anthropic-version');
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign is a part of the name.
    return path;
  }
}
