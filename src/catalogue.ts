/**
 * Poe's model list, kept in memory for ten minutes. When Poe fails the last copy is served, however
 * old. It is asked for without a credential: the list is public, and one that was fetched with one
 * caller's key must never be shown to another.
 */
import type { Config } from './config.ts';
import { GatewayError } from './core/error.ts';
import type { ModelCard } from './core/model.ts';
import { connectionError, readReplyText } from './http/call.ts';
import type { Platform, UpstreamReply } from './platform.ts';
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
const TIMEOUT = 10_000;

/** The bots that Poe lists. */
export interface Catalogue {
  /**
   * The copy at hand, of any age; waits for nobody.
   *
   * @param beside Is given the renewal of a copy that is old or missing: it outlives the request.
   */
  peek(beside: (renewal: Promise<void>) => void): ModelsById | undefined;
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
   * Asks Poe now, whatever is at hand: is it there?
   *
   * @throws {GatewayError} when it is not.
   */
  ask(): Promise<void>;
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
    const { reply, body } = await get(key);
    if (reply.status !== 200) throw readModelsError(reply, body, key ?? '');
    const cards = readModels(body);
    if (!cards)
      throw new GatewayError('upstream-failed', "Poe's model list is garbled. Try again.");
    return new Map(cards.map((card): [string, ModelCard] => [card.id, card]));
  }

  async function get(key?: string): Promise<{ reply: UpstreamReply; body: string }> {
    const signal = AbortSignal.timeout(TIMEOUT);
    try {
      const reply = await platform.send(buildModelsCall(config.poeBaseUrl, key), signal);
      return { reply, body: await readReplyText(reply, MODELS_LIMIT) };
    } catch (error) {
      const words = 'Poe did not give its model list in time.';
      throw signal.aborted
        ? new GatewayError('upstream-timeout', words)
        : connectionError(error, 'before');
    }
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

  function peek(beside: (renewal: Promise<void>) => void): ModelsById | undefined {
    if (platform.now() >= nextFetch) beside(renew());
    return copy;
  }

  function isMissing(): boolean {
    return !copy && platform.now() >= failedUntil;
  }

  return { peek, isMissing, load, ask, renew };
}
