/**
 * `GET /v1/models` and `GET /v1/models/{id}`: Poe's list from the catalogue, in OpenAI's shape or in
 * Anthropic's.
 */
import type { Context } from './context.ts';
import { GatewayError } from './core/error.ts';
import { mayUse } from './policy/access.ts';
import { mapModel } from './policy/model-map.ts';
import { resolveModelName } from './policy/model-name.ts';
import { renderAnthropicModel, renderAnthropicModels } from './protocols/anthropic-models/index.ts';
import { renderModel, renderModels } from './protocols/openai-models/index.ts';

/** All bots that Poe lists. */
export async function listModels(context: Context): Promise<Response> {
  const { request } = context;
  const caller = await context.identify();
  const models = await context.catalogue.load(() => context.keysOf(caller, '').current());
  const cards = [...models.values()].filter(({ id }) => mayUse(caller, id));
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
  const { modelMap, defaultModel } = context.config;
  const card = models.get(resolveModelName(mapModel(modelMap, id), defaultModel, models));
  const render = wantsAnthropic(context.request) ? renderAnthropicModel : renderModel;
  if (card && mayUse(caller, id, card.id)) return context.json(200, render(card));
  throw new GatewayError(
    'model-not-found',
    `Poe does not list a bot called "${id.slice(0, 100)}". GET /v1/models has the list; a bot of the community may work all the same.`,
    { param: 'model' },
  );
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
