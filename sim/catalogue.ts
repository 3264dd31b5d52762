/**
 * The model list as Poe would serve it: the card of every listed bot. The cards themselves are
 * made where the bots are.
 */
import { bots } from './bots.ts';
import type { ModelCard } from './model-card.ts';

/** Entries of `GET /v1/models`; unlisted bots have none. */
export const catalogue: readonly ModelCard[] = bots.flatMap((bot) => bot.card ?? []);
