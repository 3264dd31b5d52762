/**
 * The model map in force: what the settings say, and before it what the store has under `model-map`, for
 * whoever changes it while the gateway runs. The store is asked beside the requests, so none waits for it.
 */
import { Mistakes } from './lib/mistakes.ts';
import type { Beside, Platform } from './platform.ts';
import { mergeModelMaps, type ModelMap, readModelMap } from './policy/model-map.ts';
import type { Store } from './stores/store.ts';

/** Where the store has it. */
const KEY = 'model-map';
/** Between two looks, in milliseconds. */
const FRESH_FOR = 60_000;

/** The map, as far as it is known. */
export interface ModelMaps {
  /** The one at hand. @param beside Is given the look into the store when it is time for one. */
  current(beside: Beside): ModelMap;
  /** Looks into the store. Never rejects. */
  renew(): Promise<void>;
}

/** One for an app. */
export function createModelMaps(
  setting: ModelMap,
  { now, log }: Pick<Platform, 'now' | 'log'>,
  store: Pick<Store, 'get'> | undefined,
): ModelMaps {
  if (!store) return { current: () => setting, renew: () => Promise.resolve() };
  const get = (): Promise<string | undefined> => store.get(KEY);
  let map = setting;
  let nextLook = 0;
  let seen: string | undefined;

  async function renew(): Promise<void> {
    nextLook = now() + FRESH_FOR;
    try {
      take(await get());
    } catch (error) {
      log('warn', 'The store did not give the model map.', { error: String(error) });
    }
  }

  /** @param text Undefined: it is not there, or the store is down. What was seen last goes on. */
  function take(text: string | undefined): void {
    if (text === undefined || text === seen) return;
    seen = text;
    const lines = readModelMap(text);
    const isRight = lines !== undefined && !(lines instanceof Mistakes);
    map = isRight ? mergeModelMaps(lines, setting) : setting;
    if (isRight) return;
    const problems = lines?.problems.join('; ') ?? 'it is no JSON object';
    log('warn', 'The model map in the store is not right, and is left out.', { problems });
  }

  return {
    current(beside) {
      if (now() >= nextLook) beside(renew());
      return map;
    },
    renew,
  };
}
