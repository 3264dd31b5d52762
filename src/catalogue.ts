/**
 * Poe's model list, kept in memory for ten minutes. When Poe fails the last copy is served, however
 * old. It is asked for without a credential: the list is public, and one that was fetched with one
 * caller's key must never be shown to another.
 */
import { askPoe } from './ask-poe.ts';
import type { Config } from './config.ts';
import { GatewayError } from './core/error.ts';
import type { ModelCard } from './core/model.ts';
import { wait } from './lib/time.ts';
import type { Beside, Platform } from './platform.ts';
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
/** For how long what a check found is told to all who want to know. */
const CHECKED_FOR = 10_000;
/** Between two looks at whether another request's check is over. */
const LOOK = 100;
const TIMEOUT = 10_000;

/** The bots that Poe lists. */
export interface Catalogue {
  /**
   * The copy at hand, of any age; waits for nobody.
   *
   * @param beside Is given the renewal of a copy that is old or missing: it outlives the request.
   */
  peek(beside: Beside): ModelsById | undefined;
  /** No copy is at hand, and Poe has not failed to give one in the last seconds. */
  isMissing(): boolean;
  /**
   * A fresh copy if Poe gives one, else the last one.
   *
   * @param key Called only if Poe should refuse to show its list to everybody; the copy that it then
   * gives is not kept.
   * @throws {GatewayError} when there is no copy and Poe fails.
   */
  load(key?: () => string): Promise<ModelsById>;
  /**
   * Is Poe there? It is asked whatever is at hand, but not by everybody: who comes while one asks, or in
   * the ten seconds after, is told what that one found.
   *
   * @throws {GatewayError} when it is not.
   */
  check(): Promise<void>;
  /** Asks Poe now. A failure is logged: the list is asked for again when it is needed. */
  renew(): Promise<void>;
}

/** One per app; the copy lives as long as the process or the isolate. */
export function createCatalogue(config: Config, platform: Platform): Catalogue {
  let copy: ModelsById | undefined;
  let nextFetch = 0;
  let failedUntil = 0;

  async function load(key?: () => string): Promise<ModelsById> {
    const time = platform.now();
    if (copy && time < nextFetch) return copy;
    // Requests that come while this one asks are served the old copy. Without one they ask too:
    // on Workers a request cannot wait for another request's I/O.
    nextFetch = time + RETRY_AFTER;
    try {
      await ask();
      return copy ?? new Map();
    } catch (error) {
      const refused = error instanceof GatewayError && error.kind === 'unauthenticated';
      if (!refused || key === undefined) return lastCopy(error);
      return await fetchModels(key()).catch(lastCopy);
    }
  }

  /** The copy in place of a failure of Poe's. */
  function lastCopy(error: unknown): ModelsById {
    if (!copy || !(error instanceof GatewayError)) throw error;
    const words = 'Poe did not give its model list; the last copy is served.';
    platform.log('warn', words, { error: error.code });
    return copy;
  }

  async function fetchModels(key?: string): Promise<ModelsById> {
    const call = buildModelsCall(config.poeBaseUrl, key);
    const { reply, body } = await askPoe(platform, call, MODELS_LIMIT);
    if (reply.status !== 200) throw readModelsError(reply, body, key ?? '');
    const cards = readModels(body);
    if (!cards)
      throw new GatewayError('upstream-failed', "Poe's model list is garbled. Try again.");
    return new Map(cards.map((card): [string, ModelCard] => [card.id, card]));
  }

  async function ask(): Promise<void> {
    try {
      copy = await fetchModels();
    } catch (error) {
      failedUntil = platform.now() + RETRY_AFTER;
      throw error;
    }
    nextFetch = platform.now() + FRESH_FOR;
  }

  let checkingUntil = 0;
  let checked: { readonly until: number; readonly error?: unknown } | undefined;

  async function check(): Promise<void> {
    // On Workers nobody can wait for another request's I/O, but all can look at what came of it.
    while (platform.now() < checkingUntil) await wait(LOOK);
    if (!checked || checked.until <= platform.now()) {
      // The one who asks may never come back: Workers end a request whose client has left.
      checkingUntil = platform.now() + TIMEOUT;
      const outcome = await ask().catch((error: unknown) => ({ error }));
      checkingUntil = 0;
      checked = { until: platform.now() + CHECKED_FOR, ...outcome };
    }
    if (checked.error !== undefined) throw checked.error;
  }

  async function renew(): Promise<void> {
    nextFetch = platform.now() + RETRY_AFTER;
    try {
      await ask();
    } catch (error) {
      const [level, reason] =
        error instanceof GatewayError
          ? (['warn', error.code] as const)
          : (['error', error instanceof Error ? error.stack : String(error)] as const);
      platform.log(level, 'Poe did not give its model list; it is asked for again later.', {
        error: reason,
      });
    }
  }

  function peek(beside: Beside): ModelsById | undefined {
    if (platform.now() >= nextFetch) beside(renew());
    return copy;
  }

  function isMissing(): boolean {
    return !copy && platform.now() >= failedUntil;
  }

  return { peek, isMissing, load, check, renew };
}
