/**
 * Responses that clients may come back to (`previous_response_id`, `GET /v1/responses/{id}`), kept in
 * the Store under the caller's credential: with another key they are not there. And those that are
 * being answered on this instance, for those who want to cancel one.
 */
import { GatewayError } from './core/error.ts';
import { digestOf } from './lib/digest.ts';
import { isJsonObject, type JsonObject, parseJson } from './lib/json.ts';
import type { Beside, Platform } from './platform.ts';
import type { ResponseMemory } from './protocols/openai-responses/index.ts';
import type { Store } from './stores/store.ts';

/** As long as OpenAI keeps them: 30 days, in milliseconds. */
const KEPT_FOR = 30 * 24 * 60 * 60_000;
/** A conversation longer than this is not kept, in UTF-16 code units. */
const MOST = 16 * 1024 * 1024;

/** A response, and all that it answered. */
interface KeptResponse {
  readonly response: JsonObject;
  /** Each with an id. */
  readonly input: readonly JsonObject[];
}

/** What one caller has. */
export interface ResponseShelf extends ResponseMemory {
  /** @throws {GatewayError} `not-found` */
  find(id: string): Promise<KeptResponse>;
  remove(id: string): Promise<void>;
  /** It is being answered, and `abort` ends that. @returns To be called when it is over. */
  follow(id: string, abort: (reason: GatewayError) => void): () => void;
  /** @returns Whether it was being answered here. */
  cancel(id: string): boolean;
}

/** Opens the shelf of the caller with this key; undefined when there is no store. */
export type OpenShelf = (key: string, beside: Beside) => Promise<ResponseShelf | undefined>;

/** One for an app. */
export function createKeptResponses(platform: Platform, store: Store | undefined): OpenShelf {
  const running = new Map<string, (reason: GatewayError) => void>();
  return async (key, beside) => {
    if (!store) return undefined;
    const owner = await digestOf(key, platform.digest);
    return openShelf(owner, { store, platform, running, beside });
  };
}

interface Surroundings {
  readonly store: Store;
  readonly platform: Platform;
  readonly running: Map<string, (reason: GatewayError) => void>;
  readonly beside: Beside;
}

function openShelf(
  owner: string,
  { store, platform, running, beside }: Surroundings,
): ResponseShelf {
  const responseKey = (id: string): string => `response:${owner}:${id}`;
  const itemKey = (id: string): string => `response-item:${owner}:${id}`;

  /** Of this request: it may name every item of one response, each of which is found in the whole. */
  const found = new Map<string, Promise<KeptResponse>>();

  function find(id: string): Promise<KeptResponse> {
    const known = found.get(id) ?? read(id);
    found.set(id, known);
    return known;
  }

  async function read(id: string): Promise<KeptResponse> {
    const kept = parseJson((await store.get(responseKey(id))) ?? '');
    if (isJsonObject(kept) && isJsonObject(kept['response']))
      return { response: kept['response'], input: objects(kept['input']) };
    const words = `There is no response "${id.slice(0, 100)}" of this key, or no longer.`;
    throw new GatewayError('not-found', words);
  }

  async function write(response: JsonObject, input: readonly JsonObject[]): Promise<void> {
    const id = String(response['id']);
    const text = JSON.stringify({ response, input: input.map((item, at) => withId(item, id, at)) });
    if (text.length > MOST)
      return platform.log('warn', 'A response is too large to be kept.', { response: id });
    const items = objects(response['output']).flatMap(({ id: item }) =>
      typeof item === 'string' ? [item] : [],
    );
    await Promise.all([
      store.set(responseKey(id), text, KEPT_FOR),
      ...items.map((item) => store.set(itemKey(item), id, KEPT_FOR)),
    ]);
  }

  return {
    find,
    async conversation(id) {
      const { response, input } = await find(id);
      return [...input, ...objects(response['output'])];
    },
    async item(id) {
      const responseId = await store.get(itemKey(id));
      if (responseId === undefined) return undefined;
      const kept = await find(responseId).catch((error: unknown) => {
        // The memory of it may end a little sooner than that of its items.
        if (error instanceof GatewayError && error.kind === 'not-found') return undefined;
        throw error;
      });
      return objects(kept?.response['output']).find((item) => item['id'] === id);
    },
    keep(response, input) {
      beside(
        write(response, input).catch((error: unknown) => {
          // The answer itself went well; the client hears of it when it comes back.
          platform.log('error', 'A response could not be kept.', { error: String(error) });
        }),
      );
    },
    async remove(id) {
      const { response } = await find(id);
      found.delete(id);
      const items = objects(response['output']).map((item) =>
        store.delete(itemKey(String(item['id']))),
      );
      await Promise.all([store.delete(responseKey(id)), ...items]);
    },
    follow(id, abort) {
      running.set(responseKey(id), abort);
      return () => void running.delete(responseKey(id));
    },
    cancel(id) {
      const abort = running.get(responseKey(id));
      running.delete(responseKey(id));
      abort?.(new GatewayError('client-gone', 'The response was cancelled.'));
      return abort !== undefined;
    },
  };
}

function withId(item: JsonObject, responseId: string, position: number): JsonObject {
  return typeof item['id'] === 'string' ? item : { ...item, id: `item_${responseId}_${position}` };
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
