/**
 * The name that a vendor has for a bot's model: the responses endpoint reports it in place of the
 * bot's own. Those of familiar names are real.
 */
import type { ModelCard } from '../model-card.ts';

const SNAPSHOTS: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-2024-11-20',
  'gpt-4o-aug': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'o4-mini': 'o4-mini-2025-04-16',
};

/** The snapshot behind a bot of OpenAI's; other bots have the name they were called by. */
export function snapshotOf(card: ModelCard | undefined): string | undefined {
  if (card?.owned_by !== 'OpenAI') return undefined;
  return SNAPSHOTS[card.id] ?? `${card.id}-2026-03-05`;
}
