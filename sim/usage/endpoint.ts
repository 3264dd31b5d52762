/**
 * `GET /usage/current_balance` and `/usage/points_history`: an account with an invented balance, and what
 * the key's calls to this simulator have cost. These calls cost nothing, so a key without points may make
 * them and sees a balance of 0.
 */
import type { Call, Endpoint } from '../call.ts';
import { documented, failureReply, rejected } from '../failure.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import type { Expense } from './history.ts';

const BALANCE = 1_234_567;
const POINTS_A_DOLLAR = 33_333;
const DEFAULT_LIMIT = 20;
const HIGHEST_LIMIT = 100;

/** Turns away every key that Poe would, the poor ones aside. */
function forGoodKeys(endpoint: Endpoint): Endpoint {
  return (call) => {
    const { callers, key } = call;
    const admitted = callers.isOutOfPoints(key) ? '' : callers.admit(key);
    return typeof admitted === 'string' ? endpoint(call) : failureReply(admitted);
  };
}

function balanceOf({ callers, key }: Call): Reply {
  const points = callers.isOutOfPoints(key) ? 0 : BALANCE;
  const dollars = (points / POINTS_A_DOLLAR).toFixed(2);
  return jsonReply({
    current_point_balance: points,
    plan_points_balance: points,
    addon_point_balance: 0,
    plan_balance_usd: dollars,
    addon_balance_usd: '0.00',
    total_balance_usd: dollars,
  });
}

function page(expenses: readonly Expense[], more: boolean): Reply {
  return jsonReply({ has_more: more, length: expenses.length, data: expenses });
}

function historyOf({ url, key, expenses }: Call): Reply {
  if (key?.includes('-secretive'))
    return failureReply(documented(403, 'moderation_error', 'This key may not see the history.'));
  const rows = expenses.of(key);
  const limit = Number(url.searchParams.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > HIGHEST_LIMIT) {
    return failureReply(
      rejected(`limit must be between 1 and ${HIGHEST_LIMIT}.`, 'limit', 'invalid_value'),
    );
  }
  const cursor = url.searchParams.get('starting_after');
  const last = cursor === null ? -1 : rows.findIndex((expense) => expense.query_id === cursor);
  if (cursor !== null && last < 0) {
    return failureReply(documented(404, 'not_found_error', `There is no query ${cursor}.`));
  }
  const start = last + 1;
  return page(rows.slice(start, start + limit), rows.length > start + limit);
}

/** Answers the balance. */
export const currentBalance = forGoodKeys(balanceOf);

/** Answers one page of the history. */
export const pointsHistory = forGoodKeys(historyOf);
