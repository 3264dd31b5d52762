/**
 * What callers have used, by day and model, in the Store; without one, in the memory of this instance. A
 * store that counts for several instances is told at once, any other of some seconds together: one of
 * them (Workers KV) takes one write a second for a key.
 */
import { digestOf } from '../lib/digest.ts';
import { keep } from '../lib/recent.ts';
import { wait } from '../lib/time.ts';
import type { Beside, Platform } from '../platform.ts';
import type { Caller } from '../policy/access.ts';
import type { Amounts, Store } from '../stores/store.ts';

/** Days are kept for 40 of them, in milliseconds. */
const KEPT_FOR = 40 * 24 * 60 * 60_000;
/** What comes in this time is written together, in milliseconds. */
const BATCH = 2_000;
/** A writer that is so late was ended together with its request. */
const LATE = 10_000;
/** How old what is known of today's points may be, in milliseconds. */
const FRESH_FOR = 3_000;
/** Callers of whom something is remembered, or their days. */
const MOST_REMEMBERED = 10_000;

/** What is counted for each model; points are in thousandths. */
const AMOUNTS = [
  'requests',
  'input',
  'output',
  'cached',
  'millipoints',
  /** Answers whose points are Poe's own sum. */
  'settled',
  /** Answers whose points are not known. */
  'unpriced',
] as const;

/** Of one answer. A sum that is too large for Redis would be refused, with all that is under its key. */
const MOST = 1e12;

/** Numbers to add to what is counted for a model. */
export type Use = { readonly [amount in (typeof AMOUNTS)[number]]?: number };

/** One for an app. */
export interface Ledger {
  /** @param day As `dayOf` says it. */
  add(account: string, day: string, model: string, use: Use, beside: Beside): void;
  /** What an account has used in a day, by model. What others count just now may be missing. */
  read(account: string, day: string): Promise<ReadonlyMap<string, Use>>;
  /** Thousandths of a point of all models, as they were some seconds ago or are now. */
  spent(account: string, day: string): Promise<number>;
}

/** Whose use is counted together. Not by the name: `token-2` may be another one tomorrow. Never stored as it is. */
export function accountOf({ kind, credential }: Caller): string {
  return `${kind} ${credential}`;
}

interface Page {
  readonly account: string;
  readonly day: string;
  readonly sums: Map<string, number>;
}

/** @param store Where it is kept; undefined: in memory. */
export function createLedger(
  { digest, log, now }: Pick<Platform, 'digest' | 'log' | 'now'>,
  store: Store | undefined,
): Ledger {
  /**
   * What is not written yet, by account and day; without a store all there is. Data alone: on workerd no
   * request waits for another's.
   */
  const pending = new Map<string, Page>();
  /** When it is written, if somebody sees to that. */
  let due = -Infinity;
  /** Points that were found in the store, by account and day. */
  const found = new Map<string, { readonly at: number; millipoints: number }>();
  /** Digests of accounts: one takes longer than all else here. */
  const names = new Map<string, string>();

  async function writeLater(): Promise<void> {
    await wait(BATCH);
    due = -Infinity;
    const pages = [...pending];
    pending.clear();
    await Promise.all(pages.map(([id, page]) => write(id, page)));
  }

  async function write(id: string, { account, day, sums }: Page): Promise<void> {
    const known = found.get(id);
    // Until the store has counted it.
    if (known) known.millipoints += pointsIn(sums);
    try {
      const all = await count(account, day, Object.fromEntries(sums));
      if (known) remember(id, all);
    } catch (error) {
      log('error', 'What was used could not be counted.', { error: String(error) });
    }
  }

  function remember(id: string, sums: Amounts): number {
    const millipoints = pointsIn(Object.entries(sums));
    keep(found, id, { at: now(), millipoints }, MOST_REMEMBERED);
    return millipoints;
  }

  async function keyOf(account: string, day: string): Promise<string> {
    const name = names.get(account) ?? (await digestOf(account, digest));
    return `usage:${day}:${keep(names, account, name, MOST_REMEMBERED)}`;
  }

  async function count(account: string, day: string, amounts: Amounts): Promise<Amounts> {
    return store ? await store.count(await keyOf(account, day), amounts, KEPT_FOR) : {};
  }

  return {
    add(account, day, model, use, beside) {
      const id = `${day} ${account}`;
      const page = pending.get(id) ?? { account, day, sums: new Map<string, number>() };
      for (const amount of AMOUNTS) {
        const added = Math.max(-MOST, Math.min(use[amount] ?? 0, MOST));
        if (!added) continue;
        const name = `${model}|${amount}`;
        page.sums.set(name, (page.sums.get(name) ?? 0) + added);
      }
      if (store?.sharesCounts) return beside(write(id, page));
      keep(pending, id, page, MOST_REMEMBERED);
      if (!store || now() < due + LATE) return;
      due = now() + BATCH;
      beside(writeLater());
    },
    async read(account, day) {
      const stored = Object.entries(await count(account, day, {}));
      const waiting = pending.get(`${day} ${account}`)?.sums ?? [];
      const models = new Map<string, Record<string, number>>();
      for (const [name, sum] of [...stored, ...waiting]) {
        const bar = name.lastIndexOf('|');
        const [model, amount] = [name.slice(0, bar), name.slice(bar + 1)];
        const use = models.get(model) ?? {};
        use[amount] = (use[amount] ?? 0) + sum;
        models.set(model, use);
      }
      return models;
    },
    async spent(account, day) {
      const id = `${day} ${account}`;
      const known = found.get(id);
      const isFresh = known !== undefined && now() - known.at < FRESH_FOR;
      const stored = isFresh ? known.millipoints : remember(id, await count(account, day, {}));
      return stored + pointsIn(pending.get(id)?.sums ?? []);
    },
  };
}

function pointsIn(sums: Iterable<readonly [name: string, sum: number]>): number {
  let millipoints = 0;
  for (const [name, sum] of sums) if (name.endsWith('|millipoints')) millipoints += sum;
  return millipoints;
}
