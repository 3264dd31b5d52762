/**
 * `GET /v1/models` and `GET /v1/models/{id}`: Poe's list from the catalogue, in OpenAI's shape.
 */
import type { Context } from './context.ts';
import { GatewayError } from './core/error.ts';
import { callerKey } from './policy/access.ts';
import { resolveModelName } from './policy/model-name.ts';
import { renderModel, renderModels } from './protocols/openai-models/index.ts';

/** All bots that Poe lists. */
export async function listModels(context: Context): Promise<Response> {
  const models = await context.catalogue.load(callerKey(context.request.headers));
  return context.json(200, renderModels([...models.values()]));
}

/** One bot. The id may be any name that a request could give, and may have slashes in it. */
export async function showModel(context: Context, pathId: string): Promise<Response> {
  const models = await context.catalogue.load(callerKey(context.request.headers));
  const id = decodePath(pathId);
  const card = models.get(resolveModelName(id, context.config.defaultModel, models));
  if (card) return context.json(200, renderModel(card));
  throw new GatewayError(
    'model-not-found',
    `Poe does not list a bot called "${id.slice(0, 100)}". GET /v1/models has the list; a bot of the community may work all the same.`,
    { param: 'model' },
  );
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign is a part of the name.
    return path;
  }
}
