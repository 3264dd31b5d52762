/**
 * OpenAI's model list, with everything that Poe says of its bots kept beside: context window,
 * modalities, prices, features, parameters.
 *
 * @see https://platform.openai.com/docs/api-reference/models
 */
import type { ModelCard } from '../../core/model.ts';
import type { JsonObject } from '../../lib/json.ts';

/** `GET /v1/models` */
export function renderModels(cards: readonly ModelCard[]): JsonObject {
  return { object: 'list', data: cards.map(renderModel) };
}

/** `GET /v1/models/{id}`; `created` is in seconds, as OpenAI's is. */
export function renderModel({ id, owner, created, entry }: ModelCard): JsonObject {
  return { ...entry, id, object: 'model', created, owned_by: owner };
}
