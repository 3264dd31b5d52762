/**
 * Poe's model list, kept in memory for ten minutes. When Poe fails the last copy is served, however
 * old. It is asked for without a credential: the list is public, and one that was fetched with one
 * caller's key must never be shown to another.
 */
import type { Config } from './config.ts';
import { GatewayError } from './core/error.ts';
import type { ModelCard } from './core/model.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Platform } from './platform.ts';
import type { ModelsById } from './policy/model-name.ts';
import {
  buildModelsCall,
  MODELS_LIMIT,
  readModels,
  readModelsError,
} from './upstreams/poe-models/index.ts';

const FRESH_FOR = 10 * 60_000;
/** Between two tries while Poe fails, and while another request is asking. */
const RETRY_AFTER = 10_000;
const TIMEOUT = 30_000;

/** The bots that Poe lists. */
export interface Catalogue {
  /** The copy at hand, of any age; waits for nobody. An old copy is renewed beside the request. */
  peek(): ModelsById | undefined;
  /**
   * A fresh copy if Poe gives one, else the last one.
   *
   * @param key Used only if Poe should refuse to show its list to everybody; the copy that it then
   * gives is not kept.
   * @throws {GatewayError} when there is no copy and Poe fails.
   */
  load(key?: string): Promise<ModelsById>;
  /**
   * Asks Poe now, whatever is at hand: is it there?
   *
   * @throws {GatewayError} when it is not.
   */
  ask(): Promise<void>;
}

/** One per app; the copy lives as long as the process or the isolate. */
export function createCatalogue(config: Config, platform: Platform): Catalogue {
  let copy: ModelsById | undefined;
  let nextFetch = 0;

  async function load(key?: string): Promise<ModelsById> {
    const time = platform.now();
    if (copy && time < nextFetch) return copy;
    // Requests that come while this one asks are served the old copy. Without one they ask too:
    // on Workers a request cannot wait for another request's I/O.
    nextFetch = time + RETRY_AFTER;
    try {
      await ask();
      return copy ?? new Map();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (error.kind === 'unauthenticated' && key !== undefined) return fetchModels(key);
      if (!copy) throw error;
      platform.log('warn', 'Poe did not give its model list; the last copy is served.', {
        error: error.code,
      });
      return copy;
    }
  }

  async function fetchModels(key?: string): Promise<ModelsById> {
    const signal = AbortSignal.timeout(TIMEOUT);
    try {
      const reply = await platform.send(buildModelsCall(config.poeBaseUrl, key), signal);
      const body = await readReplyText(reply, MODELS_LIMIT);
      if (reply.status !== 200) throw readModelsError(reply, body, key ?? '');
      const cards = readModels(body);
      if (!cards)
        throw new GatewayError('upstream-failed', "Poe's model list is garbled. Try again.");
      return new Map(cards.map((card): [string, ModelCard] => [card.id, card]));
    } catch (error) {
      if (signal.aborted)
        throw new GatewayError('upstream-timeout', 'Poe did not give its model list in time.');
      throw connectionError(error, 'before');
    }
  }

  async function ask(): Promise<void> {
    copy = await fetchModels();
    nextFetch = platform.now() + FRESH_FOR;
  }

  function peek(): ModelsById | undefined {
    // `load` has logged a failure, and with a copy at hand it has no other way to fail.
    if (copy && platform.now() >= nextFetch) void load();
    return copy;
  }

  return { peek, load, ask };
}
