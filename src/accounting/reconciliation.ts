/**
 * Puts Poe's own sums in the place of our estimates: the history of a key says what each question
 * cost. It is asked beside requests, now and then, and its rows are matched to the answers that this
 * instance gave with the key. One that Poe does not show stays an estimate.
 */
import type { Config } from '../config.ts';
import { keep } from '../lib/recent.ts';
import type { Beside, Platform } from '../platform.ts';
import { loadHistory } from './points-history.ts';
import type { Expense } from '../upstreams/poe-usage/history.ts';

const MINUTE = 60_000;
/** Poe may need a while to write its history. */
const FIRST_ASK = MINUTE;
const BETWEEN_ASKS = 5 * MINUTE;
/** Where Poe does not show it. */
const AFTER_REFUSAL = 60 * MINUTE;
/** An answer that is not found by then is not looked for any more. */
const LONGEST_WAIT = 60 * MINUTE;
/** What Poe's clock may differ from ours, in milliseconds. */
const SLACK = 10_000;
/** Answers of one key that wait; the oldest are forgotten. */
const MOST = 1_000;
const MOST_TAKEN = 10_000;

/** An answer whose cost is to be looked up. */
export interface Charge {
  readonly key: string;
  /** In lower case. */
  readonly model: string;
  /** Rows that it has in the history. */
  readonly calls: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Our estimate; undefined: none. */
  readonly millipoints: number | undefined;
  /** What Poe has taken. */
  settle(millipoints: number, beside: Beside): void;
}

/** One for an app. Never rejects. */
export interface Reconciliation {
  /** Remembers the answer, and asks Poe about those of its key if it is time. */
  follow(charge: Charge, beside: Beside): void;
}

interface Waiting {
  charges: Charge[];
  askAt: number;
  /** Ids of rows that were matched, and may come again. */
  readonly taken: Map<string, true>;
}

/** A memory of answers, by the key that paid. */
export function createReconciliation(
  config: Pick<Config, 'poeBaseUrl'>,
  platform: Pick<Platform, 'log' | 'now' | 'send'>,
): Reconciliation {
  const { now } = platform;
  const byKey = new Map<string, Waiting>();

  async function ask(key: string, waiting: Waiting, beside: Beside): Promise<void> {
    const time = now();
    waiting.charges = waiting.charges.filter(({ endedAt }) => time - endedAt < LONGEST_WAIT);
    const since = Math.min(...waiting.charges.map(({ startedAt }) => startedAt)) - SLACK;
    const history = await loadHistory(config, platform, key, since);
    if (!history) {
      waiting.askAt = now() + AFTER_REFUSAL;
      return;
    }
    const matches = matchCharges(waiting.charges, history.expenses, waiting.taken);
    waiting.charges = waiting.charges.filter((charge) => !matches.has(charge));
    for (const [charge, rows] of matches) {
      for (const { id } of rows) keep(waiting.taken, id, true, MOST_TAKEN);
      const paid = rows.reduce((sum, { millipoints }) => sum + millipoints, 0);
      charge.settle(paid, beside);
    }
  }

  return {
    follow(charge, beside) {
      const { key } = charge;
      const waiting = byKey.get(key) ?? {
        charges: [],
        askAt: now() + FIRST_ASK,
        taken: new Map<string, true>(),
      };
      byKey.set(key, waiting);
      waiting.charges.push(charge);
      if (waiting.charges.length > MOST) waiting.charges.shift();
      if (now() < waiting.askAt) return;
      // At once, so that no other request asks too.
      waiting.askAt = now() + BETWEEN_ASKS;
      beside(ask(key, waiting, beside));
    },
  };
}

/**
 * The rows of each charge. A row belongs to one charge at most: of the same bot and about the same time,
 * the one whose estimate is closest. A charge that does not find all of its rows has none.
 *
 * @param taken Ids of rows that belong to earlier charges.
 */
export function matchCharges(
  charges: readonly Charge[],
  expenses: readonly Expense[],
  taken: Pick<ReadonlySet<string>, 'has'>,
): ReadonlyMap<Charge, readonly Expense[]> {
  const byModel = new Map<string, Expense[]>();
  for (const expense of expenses) {
    if (taken.has(expense.id)) continue;
    const rows = byModel.get(expense.model) ?? [];
    rows.push(expense);
    byModel.set(expense.model, rows);
  }
  const matches = new Map<Charge, readonly Expense[]>();
  for (const charge of charges) {
    const { model, calls, startedAt, endedAt, millipoints } = charge;
    const free = byModel.get(model) ?? [];
    const distance = ({ time, millipoints: paid }: Expense): number =>
      millipoints === undefined ? Math.abs(time - startedAt) : Math.abs(paid * calls - millipoints);
    const found = free
      .filter(({ time }) => time >= startedAt - SLACK && time <= endedAt + SLACK)
      .toSorted((one, other) => distance(one) - distance(other))
      .slice(0, calls);
    if (found.length < calls) continue;
    matches.set(charge, found);
    byModel.set(
      model,
      free.filter((row) => !found.includes(row)),
    );
  }
  return matches;
}
