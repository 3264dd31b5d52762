/** What Poe took from a key's account since a time, asked of Poe page by page. */
import { askPoe } from '../ask-poe.ts';
import type { Config } from '../config.ts';
import { GatewayError } from '../core/error.ts';
import type { Platform } from '../platform.ts';
import {
  buildHistoryCall,
  type Expense,
  HISTORY_LIMIT,
  readHistory,
} from '../upstreams/poe-usage/history.ts';

/** A thousand questions; who asked more since then is not told of the older ones. */
const MOST_PAGES = 10;

/** The questions since then, newest first. */
export interface History {
  readonly expenses: readonly Expense[];
  /** None of them is left out. */
  readonly isWhole: boolean;
}

/**
 * @param since Milliseconds since 1970.
 * @returns Undefined when Poe does not show this key its history; then that is logged.
 */
export async function loadHistory(
  config: Pick<Config, 'poeBaseUrl'>,
  platform: Pick<Platform, 'log' | 'send'>,
  key: string,
  since: number,
): Promise<History | undefined> {
  try {
    return await readPages(config, platform, key, since);
  } catch (error) {
    platform.log('info', 'Poe does not show what a key has paid: points are estimated.', {
      error: error instanceof GatewayError ? error.code : String(error),
    });
    return undefined;
  }
}

async function readPages(
  { poeBaseUrl }: Pick<Config, 'poeBaseUrl'>,
  platform: Pick<Platform, 'send'>,
  key: string,
  since: number,
): Promise<History> {
  /** By their ids: none counts twice. */
  const found = new Map<string, Expense>();
  const history = (isWhole: boolean): History => ({ expenses: [...found.values()], isWhole });
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const call = buildHistoryCall(poeBaseUrl, key, after);
    const { reply, body } = await askPoe(platform, call, HISTORY_LIMIT);
    const { expenses: rows, last, hasMore } = readHistory(reply, body, key);
    for (const row of rows) if (row.time >= since) found.set(row.id, row);
    if (!hasMore || (last && last.time < since)) return history(true);
    // Behind the same row there would be the same page again.
    if (!last || last.id === after) break;
    after = last.id;
  }
  return history(false);
}
