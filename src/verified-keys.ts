/**
 * Whether a caller's key is one of Poe's, for what is not asked of Poe: it would be open to everybody
 * else. Poe is asked once in ten minutes for each key; what is kept is a digest of it.
 */
import { loadBalance } from './accounting/balance.ts';
import type { Config } from './config.ts';
import { digestOf } from './lib/digest.ts';
import { keep } from './lib/recent.ts';
import type { Platform } from './platform.ts';

const GOOD_FOR = 10 * 60_000;
/** Keys that are remembered; those verified longest ago are forgotten first. */
const MOST = 2_000;

/** The keys that Poe was found to accept. */
export interface VerifiedKeys {
  /** @throws {GatewayError} when Poe does not accept the key, or cannot be asked. */
  verify(key: string, signal: AbortSignal): Promise<void>;
}

/** One memory for an app. A key that Poe refuses is not remembered: it may be good tomorrow. */
export function createVerifiedKeys(
  config: Pick<Config, 'poeBaseUrl'>,
  platform: Pick<Platform, 'digest' | 'now' | 'send'>,
): VerifiedKeys {
  const { digest, now } = platform;
  const until = new Map<string, number>();
  return {
    async verify(key, signal) {
      const id = await digestOf(key, digest);
      if ((until.get(id) ?? 0) > now()) return;
      await loadBalance(config, platform, key, signal);
      keep(until, id, now() + GOOD_FOR, MOST);
    },
  };
}
