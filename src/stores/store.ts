/**
 * What must outlive a request is kept in a Store: text under a key, for a time. Small on purpose, so
 * that any key-value service can be one.
 */
import { isJsonObject, parseJson } from '../lib/json.ts';

/** Numbers by name. */
export type Amounts = Readonly<Record<string, number>>;

/** A place for text. Each method rejects when the place cannot be reached. */
export interface Store {
  /** Undefined when it is not there, or no longer. */
  get(key: string): Promise<string | undefined>;
  /**
   * @param ttl Milliseconds after which it may be gone.
   * @throws {StoreRefusal}
   */
  set(key: string, value: string, ttl: number): Promise<void>;
  /** Of a text or of sums. Does nothing when there is neither. */
  delete(key: string): Promise<void>;
  /**
   * Adds to several numbers that are kept together, each 0 where there is none, at once. A key is
   * for sums or for a text, never for both.
   *
   * @param amounts Whole numbers by name, which may be any text; without any it tells what is there.
   * @param ttl Milliseconds from this call on, after which all of them may be gone.
   * @returns All sums under the key, those that were not added to among them.
   */
  count(key: string, amounts: Amounts, ttl: number): Promise<Amounts>;
  /**
   * Several instances count here, quickly and without getting in each other's way: limits hold for
   * all of them. Elsewhere two counts at the same time may be one.
   */
  readonly sharesCounts: boolean;
}

/** The place answers, but does not take this value: too large, say. To ask again is of no use. */
export class StoreRefusal extends Error {}

/** How a host opens its stores: by what `STORE` says before its first colon, from all that it says. */
export type StoreOpeners = Readonly<Record<string, (setting: string) => Store>>;

/** {@link Store.count} where the place cannot count by itself: the sums are kept as JSON. */
export async function countIn(
  { get, set }: Pick<Store, 'get' | 'set'>,
  key: string,
  amounts: Amounts,
  ttl: number,
): Promise<Amounts> {
  const sums = sumsOf(await get(key), amounts);
  if (Object.keys(amounts).length > 0) await set(key, JSON.stringify(sums), ttl);
  return sums;
}

/** @param kept The sums so far, as JSON; undefined: none. */
export function sumsOf(kept: string | undefined, amounts: Amounts): Amounts {
  const before = kept === undefined ? {} : parseJson(kept);
  // A map, since a name may be any word, `__proto__` among them.
  const sums = new Map(isJsonObject(before) ? Object.entries(before as Amounts) : []);
  for (const [name, amount] of Object.entries(amounts))
    sums.set(name, (sums.get(name) ?? 0) + amount);
  return Object.fromEntries(sums);
}

/** Where the place does not forget by itself, or late: the end of its time is kept with the text. */
export function withEnd(value: string, until: number): string {
  return `${until} ${value}`;
}

/** Undefined when its time is over. Without an end somebody wrote it by hand, and it goes on. */
export function beforeEnd(kept: string, now: number): string | undefined {
  const [head = '', until] = /^([\d.]+) /.exec(kept) ?? [];
  return Number(until) <= now ? undefined : kept.slice(head.length);
}

/** @param pairs As Redis lists a hash: a name, its number as text, the next name. */
export function amountsOfPairs(pairs: unknown): Amounts {
  const list: unknown[] = Array.isArray(pairs) ? pairs : [];
  const sums = list.flatMap((name, at) => (at % 2 ? [] : [[String(name), Number(list[at + 1])]]));
  return Object.fromEntries(sums) as Amounts;
}
