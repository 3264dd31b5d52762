/**
 * What an answer costs by Poe's price list, in thousandths of a point: counts in a store are whole
 * numbers. An estimate: Poe's own sum is in the history of the account that paid.
 */
import type { Usage } from '../core/event.ts';
import { makesMedia, type ModelCard } from '../core/model.ts';
import { isJsonObject, type JsonValue } from '../lib/json.ts';

/** Poe sells a million points for 30 USD. */
const MILLIPOINTS_A_DOLLAR = 1e9 / 30;

/**
 * @param calls How many calls to Poe the answer took: some bots have a price for each.
 * @returns Undefined where the list has no price for the bot, or not for what it makes: how many tokens
 *   a picture has is not told.
 */
export function millipointsOf(
  card: ModelCard | undefined,
  { inputTokens, outputTokens, cachedInputTokens = 0 }: Usage,
  calls: number,
): number | undefined {
  const pricing = card?.entry['pricing'];
  if (!card || !isJsonObject(pricing)) return undefined;
  const request = dollars(pricing['request']);
  const input = dollars(pricing['prompt']);
  const output = dollars(pricing['completion']);
  const isByToken = input !== undefined && output !== undefined && !makesMedia(card);
  if (!isByToken && request === undefined) return undefined;
  const cachedPrice = dollars(pricing['input_cache_read']) ?? input ?? 0;
  const cached = Math.min(cachedInputTokens, inputTokens);
  const tokens = isByToken
    ? (inputTokens - cached) * input + cached * cachedPrice + outputTokens * output
    : 0;
  return Math.round((tokens + (request ?? 0) * calls) * MILLIPOINTS_A_DOLLAR);
}

/** Poe writes prices as text. */
function dollars(price: JsonValue | undefined): number | undefined {
  const value = typeof price === 'string' && price !== '' ? Number(price) : price;
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
}
