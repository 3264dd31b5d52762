/**
 * What each answer has used and cost, told once at its end: for the caller's account, for the log, and
 * against the budget of an access token. Points are estimated from Poe's price list, then settled
 * with what Poe says it took.
 */
import type { Config } from '../config.ts';
import type { Usage } from '../core/event.ts';
import type { ModelCard } from '../core/model.ts';
import { boundedNames } from '../lib/recent.ts';
import type { Beside, LogFields, Platform } from '../platform.ts';
import type { Caller } from '../policy/access.ts';
import { budgetProblem, dayOf } from '../policy/budget.ts';
import { millipointsOf } from '../policy/price.ts';
import type { Store } from '../stores/store.ts';
import { accountOf, createLedger, type Ledger } from './ledger.ts';
import { createReconciliation } from './reconciliation.ts';

/** Bots that Poe does not list are counted by their names up to so many, then as one. */
const MOST_UNLISTED = 200;
const LONGEST_NAME = 100;

/** Told of each answer to a request: what it has used, in how many calls, and whose key paid. */
type Bill = (usage: Usage, calls: number, key: string) => void;

/** One for an app. */
export interface Accounting {
  /** Opens the bill of one request. */
  bill(
    context: { readonly beside: Beside; note(fields: LogFields): void },
    asked: {
      readonly caller: Caller;
      readonly model: string;
      readonly card: ModelCard | undefined;
    },
  ): Bill;
  /** @throws {GatewayError} `insufficient-points` when the caller's token has used its points for today. */
  checkBudget(caller: Caller): Promise<void>;
  readonly ledger: Ledger;
}

/** @param store Where it is kept; undefined: in the memory of this instance. */
export function createAccounting(
  config: Pick<Config, 'poeBaseUrl'>,
  platform: Platform,
  store: Store | undefined,
): Accounting {
  const { now } = platform;
  const ledger = createLedger(platform, store);
  const reconciliation = createReconciliation(config, platform);
  const unlisted = boundedNames(MOST_UNLISTED);

  /** Names in a store are bounded: whoever asks may make up any. */
  function nameOf(model: string, card: ModelCard | undefined): string {
    const name = model.toLowerCase();
    return card?.id ?? unlisted(name, name.length <= LONGEST_NAME);
  }

  return {
    ledger,
    bill({ beside, note }, { caller, model, card }) {
      const account = accountOf(caller);
      const startedAt = now();
      const total = { inputTokens: 0, outputTokens: 0, millipoints: 0 };
      return (usage, calls, key) => {
        const endedAt = now();
        const day = dayOf(endedAt);
        const name = nameOf(model, card);
        const millipoints = millipointsOf(card, usage, calls);
        total.inputTokens += usage.inputTokens;
        total.outputTokens += usage.outputTokens;
        // One answer without a price, and the sum is not known either.
        total.millipoints += millipoints ?? NaN;
        note({
          inputTokens: total.inputTokens,
          outputTokens: total.outputTokens,
          points: Number.isNaN(total.millipoints) ? undefined : total.millipoints / 1000,
        });
        const used = {
          requests: 1,
          input: usage.inputTokens,
          output: usage.outputTokens,
          cached: usage.cachedInputTokens ?? 0,
          millipoints: millipoints ?? 0,
          unpriced: millipoints === undefined ? 1 : 0,
        };
        ledger.add(account, day, name, used, beside);
        // With a key of one's own the history is asked when its owner wants to know.
        if (caller.kind === 'own') return;
        const settle = (paid: number, besideIt: Beside): void => {
          const difference = {
            millipoints: paid - used.millipoints,
            settled: 1,
            unpriced: -used.unpriced,
          };
          ledger.add(account, day, name, difference, besideIt);
        };
        reconciliation.follow(
          { key, model: model.toLowerCase(), calls, startedAt, endedAt, millipoints, settle },
          beside,
        );
      };
    },
    async checkBudget(caller) {
      if (caller.kind === 'own' || caller.pointsPerDay === undefined) return;
      const time = now();
      const spent = await ledger.spent(accountOf(caller), dayOf(time));
      const problem = budgetProblem(caller.pointsPerDay, spent, time);
      if (problem) throw problem;
    },
  };
}
