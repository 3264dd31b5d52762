/**
 * How a row of the bot table is written: a listed or an unlisted bot, and the facts that the cards
 * of invented bots share. No bot is defined here.
 */
import type { Bot } from '../bot.ts';
import { modelCard, type CardFacts } from '../model-card.ts';

const CHAT = '/v1/chat/completions';

/** A bot that reads text and pictures, writes text, and takes tools. */
export const TALKER: CardFacts = {
  input: ['text', 'image'],
  features: ['tools'],
  endpoints: [CHAT],
  pricing: {
    prompt: '0.000001',
    completion: '0.000004',
    image: null,
    request: null,
    input_cache_read: null,
    input_cache_write: null,
  },
  window: [128_000, 16_384],
};

/** One that thinks as well. */
export const THINKER: CardFacts = {
  ...TALKER,
  reasoning: { budget: null, required: true, supports_reasoning_effort: false },
};

/** A bot in the model list. */
export function listed(
  name: string,
  description: string,
  behaviour: Bot['behaviour'],
  facts: CardFacts = TALKER,
): Bot {
  return { name, description, behaviour, card: modelCard(name, description, facts) };
}

/** A bot that answers to its name but is in no list, as community bots are. */
export function unlisted(name: string, description: string, behaviour: Bot['behaviour']): Bot {
  return { name, description, behaviour, card: undefined };
}
