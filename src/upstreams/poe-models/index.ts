/**
 * Poe's model list: `GET /v1/models`. Public, about a megabyte, the same for everybody.
 */
import type { ModelCard } from '../../core/model.ts';
import type { UpstreamCall } from '../../core/upstream.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../lib/json.ts';

export { readPoeErrorReply as readModelsError } from '../poe-shared/error.ts';

/** A list longer than this is not read, in bytes. */
export const MODELS_LIMIT = 32 * 1024 * 1024;

/** @param key Sent when given. An empty bearer would be refused, so none is sent without. */
export function buildModelsCall(baseUrl: string, key?: string): UpstreamCall {
  const headers = { accept: 'application/json' };
  return {
    method: 'GET',
    url: `${baseUrl}/v1/models`,
    headers: key === undefined ? headers : { ...headers, authorization: `Bearer ${key}` },
  };
}

/** The cards, in Poe's order; undefined when the body is no list. Entries without an id are left out. */
export function readModels(body: string): readonly ModelCard[] | undefined {
  const list = parseJson(body);
  if (!isJsonObject(list) || !Array.isArray(list['data'])) return undefined;
  const entries: readonly JsonValue[] = list['data'];
  return entries.flatMap((entry) =>
    isJsonObject(entry) && typeof entry['id'] === 'string' ? [card(entry['id'], entry)] : [],
  );
}

function card(id: string, entry: JsonObject): ModelCard {
  const metadata = isJsonObject(entry['metadata']) ? entry['metadata'] : {};
  const architecture = isJsonObject(entry['architecture']) ? entry['architecture'] : {};
  const parameters = objects(entry['parameters']);
  const created = typeof entry['created'] === 'number' ? entry['created'] : 0;
  return {
    id: id.toLowerCase(),
    displayName: typeof metadata['display_name'] === 'string' ? metadata['display_name'] : id,
    owner: typeof entry['owned_by'] === 'string' ? entry['owned_by'] : 'Poe',
    // Milliseconds today; a value that can only be seconds is left alone.
    created: Math.floor(created > 100_000_000_000 ? created / 1000 : created),
    outputModalities: strings(architecture['output_modalities']),
    parameters: new Map(parameters.flatMap(declaration)),
    entry,
  };
}

function declaration({ name, schema }: JsonObject): [string, JsonObject][] {
  return typeof name === 'string' ? [[name, isJsonObject(schema) ? schema : {}]] : [];
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
