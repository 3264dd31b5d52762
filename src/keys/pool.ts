/**
 * The pool of Poe keys and all that is done for it around requests: balances asked for, what other
 * instances know, limits that all of them hold, the log.
 */
import type { Config } from '../config.ts';
import { createKeyBalances } from './key-balances.ts';
import { createKeyHealth, createKeyNames } from './key-health.ts';
import { createKeyLog } from './key-log.ts';
import { type KeyRing, pooledKeys } from './key-ring.ts';
import { settledWithin } from '../lib/time.ts';
import type { Beside, Platform } from '../platform.ts';
import { createKeyPool, type KeyReport } from '../policy/key-pool.ts';
import { createRateLimits } from '../policy/rate-limit.ts';
import type { Store } from '../stores/store.ts';

/** What the first request of an instance waits for the words of others; those that follow do not. */
const FIRST_WAIT = 1_000;

/** What pays for those who have an access token. */
export interface Pool {
  /**
   * The keys for one answer.
   *
   * @param conversation Tells it from others, for Poe's cache.
   * @param beside Is given work that goes on when the reply has left.
   */
  keysFor(conversation: string, beside: Beside): KeyRing;
  /** How each key is, in the order of the list. */
  states(): readonly KeyReport[];
}

/**
 * One for an app.
 *
 * @param store Where instances tell each other of the keys; what is memory of this process is of no use.
 * @returns Undefined where the owner has no keys.
 */
export function createPool(
  config: Config,
  platform: Platform,
  store: Store | undefined,
): Pool | undefined {
  const { poeApiKeys, keyStrategy: strategy, rateLimit, coolDown } = config;
  if (poeApiKeys.length === 0) return undefined;
  const { now, log } = platform;
  const countsElsewhere = store?.sharesCounts === true;
  const own = { strategy, coolDown, rateLimit: countsElsewhere ? undefined : rateLimit };
  const pool = createKeyPool(poeApiKeys, own, now);
  const names = createKeyNames(poeApiKeys, platform);
  const isShared = store !== undefined && config.store !== 'memory';
  const health = isShared ? createKeyHealth(pool, store, names, platform) : undefined;
  const limits = createRateLimits(now, store, log);
  let isFirst = true;
  const keyLog = createKeyLog(pool, platform);
  const balances = createKeyBalances(pool, config, platform, (key) => {
    keyLog.heard(key);
    keyLog.review();
    return health?.tell(key);
  });

  async function isFull(key: string, perMinute: number): Promise<boolean> {
    const name = (await names()).get(key) ?? '';
    const { retryAfter } = await limits.take(`key:${name}`, perMinute);
    if (retryAfter !== undefined) pool.full(key, retryAfter);
    return retryAfter !== undefined;
  }

  return {
    keysFor: (conversation, beside) =>
      pooledKeys(pool, conversation, {
        prepare() {
          keyLog.review();
          const reading = health?.read();
          // Another instance may just have asked.
          const asking = reading ? reading.then(() => balances.ask()) : balances.ask();
          if (asking) beside(asking);
          if (!reading || !isFirst) return undefined;
          isFirst = false;
          return settledWithin(reading, FIRST_WAIT);
        },
        isFull: (key) =>
          countsElsewhere && rateLimit !== undefined ? isFull(key, rateLimit) : undefined,
        heard(key, failed) {
          if (failed) keyLog.heard(key);
          const telling = health?.tell(key);
          if (telling) beside(telling);
        },
      }),
    states: () => pool.states(),
  };
}
