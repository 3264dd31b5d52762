/**
 * Asks Poe what the accounts of pooled keys have, beside requests: does a key that was out of points
 * have some again; with `most-points`, which has most. No request waits for it.
 */
import { loadBalance } from '../accounting/balance.ts';
import type { Config } from '../config.ts';
import { GatewayError } from '../core/error.ts';
import type { Platform } from '../platform.ts';
import type { KeyPool } from '../policy/key-pool.ts';

/** A large pool is asked for bit by bit: so many keys at once, and then none for so many milliseconds. */
const AT_ONCE = 3;
const EVERY = 1_000;

/** The questions. */
export interface KeyBalances {
  /** Asks for what is due; undefined when nothing is. Does not reject. */
  ask(): Promise<void> | undefined;
}

/**
 * One for an app.
 *
 * @param onChange Something new is known of this key. Gives back what there is to do about it.
 */
export function createKeyBalances(
  pool: KeyPool,
  config: Pick<Config, 'poeBaseUrl'>,
  platform: Pick<Platform, 'send' | 'now' | 'log'>,
  onChange: (key: string) => Promise<void> | undefined,
): KeyBalances {
  let nextAt = 0;

  async function askFor(key: string): Promise<void> {
    try {
      pool.balance(key, await loadBalance(config, platform, key));
    } catch (cause) {
      const error = cause instanceof GatewayError ? cause : undefined;
      if (error?.kind === 'unauthenticated') pool.heard(key, error);
      else {
        pool.balance(key, undefined);
        const words = 'Poe did not say how many points a key of the pool has.';
        const fields = { key: pool.report(key)?.place, error: error?.code ?? String(cause) };
        platform.log('info', words, fields);
      }
    }
    await onChange(key);
  }

  return {
    ask() {
      const time = platform.now();
      if (time < nextAt) return undefined;
      nextAt = time + EVERY;
      const keys = pool.unsure(AT_ONCE);
      return keys.length === 0 ? undefined : Promise.all(keys.map(askFor)).then(() => undefined);
    },
  };
}
