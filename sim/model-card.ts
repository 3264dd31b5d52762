/**
 * One entry of `GET /v1/models` in exactly Poe's shape, and the factory that fills in the fifteen
 * members from a few facts. Field names are Poe's. No entry lives here.
 */

/** A parameter a bot declares; `schema` is `{type, minimum?, maximum?}`, `{enum}` alone, or absent. */
export interface CardParameter {
  readonly name: string;
  readonly schema?: {
    readonly type?: 'string' | 'number' | 'boolean';
    readonly enum?: readonly string[];
    readonly minimum?: number;
    readonly maximum?: number;
  };
  readonly default_value?: string | number | boolean;
  readonly description?: string;
}

/** USD a token, as strings; `request` is USD a call. */
export interface CardPricing {
  readonly prompt: string | null;
  readonly completion: string | null;
  readonly image: string | null;
  readonly request: string | null;
  readonly input_cache_read: string | null;
  readonly input_cache_write: string | null;
}

export interface CardReasoning {
  readonly budget: { readonly max_tokens: number; readonly min_tokens: number } | null;
  readonly required: boolean;
  readonly supports_reasoning_effort: boolean;
}

/** The fifteen members of an entry, always all present. */
export interface ModelCard {
  readonly id: string;
  readonly object: 'model';
  /** Milliseconds since the epoch, unlike OpenAI's seconds. */
  readonly created: number;
  readonly description: string;
  readonly owned_by: string;
  readonly root: string;
  readonly architecture: {
    readonly input_modalities: readonly string[];
    readonly output_modalities: readonly string[];
    readonly modality: string;
  };
  readonly supported_features: readonly string[];
  readonly supported_endpoints: readonly string[];
  readonly pricing: CardPricing | null;
  readonly context_window: {
    readonly context_length: number;
    readonly max_output_tokens: number | null;
  } | null;
  readonly context_length: number | null;
  readonly metadata: {
    readonly display_name: string;
    readonly image: {
      readonly url: string;
      readonly alt: string;
      readonly width: number;
      readonly height: number;
    };
    readonly url: string;
  };
  readonly reasoning: CardReasoning | null;
  readonly parameters: readonly CardParameter[];
}

/** What sets one bot apart; everything left out has Poe's most common value. */
export interface CardFacts {
  readonly owner?: string;
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly features?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly pricing?: CardPricing;
  readonly window?: readonly [contextLength: number, maxOutputTokens: number | null];
  readonly reasoning?: CardReasoning;
  readonly parameters?: readonly CardParameter[];
}

const FIRST_CREATED = 1_750_000_000_123;
const DAY = 86_400_000;

/** Not real dates: each name always gets the same one, and few names share one. */
function createdOf(name: string): number {
  const sum = [...name].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 360, 0);
  return FIRST_CREATED + sum * DAY;
}

/** The card of the bot called `name`. */
export function modelCard(name: string, description: string, facts: CardFacts = {}): ModelCard {
  const id = name.toLowerCase();
  const { input = ['text'], output = ['text'], window = null } = facts;
  return {
    id,
    object: 'model',
    created: createdOf(name),
    description,
    owned_by: facts.owner ?? 'Poe',
    root: id,
    architecture: {
      input_modalities: input,
      output_modalities: output,
      modality: `${input.join(',')}->${output.join(',')}`,
    },
    supported_features: facts.features ?? [],
    supported_endpoints: facts.endpoints ?? [],
    pricing: facts.pricing ?? null,
    context_window: window && { context_length: window[0], max_output_tokens: window[1] },
    context_length: window && window[0],
    metadata: {
      display_name: name,
      image: {
        url: `https://qph.cf2.poecdn.net/main-thumb-pb-${id}-200.jpeg`,
        alt: `${name} model icon`,
        width: 200,
        height: 200,
      },
      url: `https://poe.com/${id}`,
    },
    reasoning: facts.reasoning ?? null,
    parameters: facts.parameters ?? [],
  };
}
