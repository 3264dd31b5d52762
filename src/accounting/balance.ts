/** What points a key's account has, asked of Poe. It costs nothing, and needs a good key. */
import { askPoe } from '../ask-poe.ts';
import type { Config } from '../config.ts';
import type { Platform } from '../platform.ts';
import { BALANCE_LIMIT, buildBalanceCall, readBalance } from '../upstreams/poe-usage/index.ts';

/**
 * @returns Undefined where Poe does not say.
 * @throws {GatewayError} when Poe does not accept the key, or cannot be asked.
 */
export async function loadBalance(
  { poeBaseUrl }: Pick<Config, 'poeBaseUrl'>,
  platform: Pick<Platform, 'send'>,
  key: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const call = buildBalanceCall(poeBaseUrl, key);
  const { reply, body } = await askPoe(platform, call, BALANCE_LIMIT, signal);
  return readBalance(reply, body, key).points;
}
