/**
 * Facts for the cards of bots with familiar names, in our own figures: plausible, not Poe's. Pieces
 * that `familiar.ts` puts together; no bot is defined here.
 */
import type { CardFacts, CardParameter, CardPricing, CardReasoning } from '../model-card.ts';

type EndpointName = 'chat' | 'responses' | 'messages';

/** `/v1/messages`, `/v1/responses`, … from short names. */
export function endpoints(...names: readonly EndpointName[]): readonly string[] {
  const paths = {
    chat: '/v1/chat/completions',
    responses: '/v1/responses',
    messages: '/v1/messages',
  };
  return names.map((name) => paths[name]);
}

/** USD a token, with a cached read at a tenth. */
export function price(prompt: string, completion: string, cacheRead?: string): CardPricing {
  return {
    prompt,
    completion,
    image: null,
    request: null,
    input_cache_read: cacheRead ?? null,
    input_cache_write: null,
  };
}

/** USD a call, whatever its length. */
export function pricePerCall(request: string): CardPricing {
  return {
    prompt: null,
    completion: null,
    image: null,
    request,
    input_cache_read: null,
    input_cache_write: null,
  };
}

/** Reasons when asked, by effort. */
export const BY_EFFORT: CardReasoning = {
  budget: null,
  required: false,
  supports_reasoning_effort: true,
};

/** Reasons when asked, within a budget of tokens. */
export function byBudget(most: number): CardReasoning {
  return {
    budget: { max_tokens: most, min_tokens: 0 },
    required: false,
    supports_reasoning_effort: false,
  };
}

export const WEB_SEARCH: CardParameter = {
  name: 'web_search',
  schema: { type: 'boolean' },
  default_value: false,
  description: 'Look things up on the web first.',
};

export function thinkingBudget(most: number): CardParameter {
  return {
    name: 'thinking_budget',
    schema: { type: 'number', minimum: 0, maximum: most },
    default_value: 0,
    description: 'How many tokens it may think.',
  };
}

/** A parameter with a fixed set of values. */
export function choice(name: string, values: readonly string[], initial: string): CardParameter {
  return { name, schema: { enum: values }, default_value: initial };
}

const TEXT_AND_IMAGE = ['text', 'image'];

/** Claude: all three protocols, tools, web search. */
export const CLAUDE: CardFacts = {
  owner: 'Anthropic',
  input: TEXT_AND_IMAGE,
  features: ['web_search', 'tools'],
  endpoints: endpoints('messages', 'responses', 'chat'),
  pricing: price('0.000003', '0.000015', '0.0000003'),
  window: [200_000, 32_000],
};

/** GPT: chat and responses, tools. */
export const GPT: CardFacts = {
  owner: 'OpenAI',
  input: TEXT_AND_IMAGE,
  features: ['tools'],
  endpoints: endpoints('responses', 'chat'),
  pricing: price('0.0000022', '0.000009', '0.0000011'),
  window: [128_000, 16_000],
};

/** GPT that reasons. */
export const REASONING_GPT: CardFacts = {
  ...GPT,
  features: ['web_search', 'tools'],
  window: [400_000, 128_000],
  reasoning: BY_EFFORT,
  parameters: [
    WEB_SEARCH,
    choice('reasoning_effort', ['minimal', 'low', 'medium', 'high'], 'minimal'),
    choice('verbosity', ['low', 'medium', 'high'], 'medium'),
  ],
};

/** Gemini: films and sounds go in as well. */
export const GEMINI: CardFacts = {
  owner: 'Google',
  input: ['text', 'image', 'video', 'audio'],
  features: ['web_search', 'tools'],
  endpoints: endpoints('responses', 'chat'),
  pricing: price('0.0000003', '0.0000021'),
  window: [1_000_000, 65_535],
  reasoning: byBudget(24_576),
  parameters: [thinkingBudget(24_576), WEB_SEARCH],
};
