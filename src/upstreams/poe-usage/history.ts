/**
 * What a key's account has paid, question by question: `GET /usage/points_history`, newest first, for
 * thirty days.
 *
 * @see https://creator.poe.com/api-reference/getPointsHistory
 */
import { GatewayError } from '../../core/error.ts';
import type { ReplyHead, UpstreamCall } from '../../core/upstream.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { readPoeErrorReply } from '../poe-shared/error.ts';

/** A page is not read further than this, in bytes. */
export const HISTORY_LIMIT = 1024 * 1024;
/** For one question; more makes no sense. */
const MOST_POINTS = 1e9;
/** Rows of the largest page that Poe gives. */
const PAGE = 100;

/** One question that was asked by the API. */
export interface Expense {
  readonly id: string;
  /** The bot's name in lower case, as models are called here. */
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Thousandths of a point, whole. */
  readonly millipoints: number;
}

/** A page of the history. */
export interface HistoryPage {
  readonly expenses: readonly Expense[];
  /** Of the last row, whatever it was for: where the next page begins, and how old it is. */
  readonly last: Pick<Expense, 'id' | 'time'> | undefined;
  readonly hasMore: boolean;
}

/**
 * @param baseUrl Without a trailing slash. This path is not under `/v1`.
 * @param after The id of the row that the page begins behind.
 */
export function buildHistoryCall(baseUrl: string, key: string, after?: string): UpstreamCall {
  const cursor = after === undefined ? '' : `&starting_after=${encodeURIComponent(after)}`;
  return {
    method: 'GET',
    url: `${baseUrl}/usage/points_history?limit=${PAGE}${cursor}`,
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
  };
}

/**
 * Rows that make no sense are left out.
 *
 * @param key Struck out of whatever Poe says.
 * @throws {GatewayError} when Poe does not show this key the history.
 */
export function readHistory(reply: ReplyHead, body: string, key: string): HistoryPage {
  if (reply.status < 200 || reply.status > 299) throw readPoeErrorReply(reply, body, key);
  const page = parseJson(body);
  if (!isJsonObject(page) || !Array.isArray(page['data']))
    throw new GatewayError('upstream-failed', "Poe's history of points is garbled. Try again.");
  const rows: readonly Row[] = page['data'].flatMap(readRow);
  return {
    expenses: rows.filter(({ isApi }) => isApi),
    last: rows.at(-1),
    hasMore: page['has_more'] === true,
  };
}

interface Row extends Expense {
  readonly isApi: boolean;
}

function readRow(row: JsonValue): readonly Row[] {
  if (!isJsonObject(row)) return [];
  const { query_id: id, bot_name: bot, creation_time: time, cost_points: points } = row;
  if (typeof id !== 'string' || id === '' || typeof bot !== 'string') return [];
  if (!isAmount(time) || !isAmount(points) || points > MOST_POINTS) return [];
  return [
    {
      id,
      model: bot.toLowerCase(),
      time: time / 1000,
      millipoints: Math.round(points * 1000),
      // People chat with the same account.
      isApi: row['usage_type'] === 'API',
    },
  ];
}

function isAmount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
