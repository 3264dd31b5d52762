/**
 * Poe's model list in Anthropic's shape, a page at a time.
 *
 * @see https://docs.anthropic.com/en/api/models-list
 */
import { invalidField } from '../../core/error.ts';
import type { ModelCard } from '../../core/model.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';

const USUAL_LIMIT = 20;
const LARGEST_LIMIT = 1000;

/** Which page is wanted, as the URL says it. */
export interface ModelPage {
  /** How many: a number in digits. */
  readonly limit?: string | undefined;
  /** The page begins after this id, or ends before that one. */
  readonly afterId?: string | undefined;
  readonly beforeId?: string | undefined;
}

/** `GET /v1/models`, newest first. @throws {GatewayError} when the page is none. */
export function renderAnthropicModels(cards: readonly ModelCard[], page: ModelPage): JsonObject {
  const limit = readLimit(page.limit);
  const sorted = [...cards].sort((one, other) => other.created - one.created);
  const after = page.afterId === undefined ? -1 : positionOf(sorted, page.afterId, 'after_id');
  const before =
    page.beforeId === undefined ? sorted.length : positionOf(sorted, page.beforeId, 'before_id');
  const isBackwards = page.beforeId !== undefined && page.afterId === undefined;
  const from = isBackwards ? Math.max(0, before - limit) : after + 1;
  const to = isBackwards ? before : Math.min(before, from + limit);
  const shown = sorted.slice(from, to);
  return {
    data: shown.map(renderAnthropicModel),
    has_more: isBackwards ? from > 0 : to < before,
    first_id: shown[0]?.id ?? null,
    last_id: shown.at(-1)?.id ?? null,
  };
}

/** `GET /v1/models/{id}`; what Poe does not say of a bot is null. */
export function renderAnthropicModel({ id, displayName, created, entry }: ModelCard): JsonObject {
  const window = entry['context_window'];
  const { context_length: input, max_output_tokens: output } = isJsonObject(window) ? window : {};
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: timeOf(created),
    max_input_tokens: countOf(input) ?? countOf(entry['context_length']) ?? null,
    max_tokens: countOf(output) ?? null,
    capabilities: null,
    lifecycle: 'active',
    line: null,
    deprecated_at: null,
    retires_at: null,
  };
}

function readLimit(text: string | undefined): number {
  if (text === undefined || text === '') return USUAL_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw invalidField('limit', `must be a whole number from 1 to ${LARGEST_LIMIT}.`);
}

function positionOf(cards: readonly ModelCard[], id: string, field: string): number {
  const position = cards.findIndex((card) => card.id === id);
  if (position >= 0) return position;
  throw invalidField(field, 'is not the id of a model in the list.');
}

/** RFC 3339, to the second. */
function timeOf(seconds: number): string {
  // A time beyond what a date can be, or none.
  const time = new Date(
    Number.isFinite(seconds) && Math.abs(seconds) < 8.64e12 ? seconds * 1000 : 0,
  );
  return time.toISOString().replace('.000', '');
}

function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
