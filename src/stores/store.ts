/**
 * What must outlive a request is kept in a Store: text under a key, for a time. Small on purpose, so
 * that any key-value service can be one.
 */

/** A place for text. Each method rejects when the place cannot be reached. */
export interface Store {
  /** Undefined when it is not there, or no longer. */
  get(key: string): Promise<string | undefined>;
  /**
   * @param ttl Milliseconds after which it may be gone.
   * @throws {StoreRefusal}
   */
  set(key: string, value: string, ttl: number): Promise<void>;
  /** Does nothing when it is not there. */
  delete(key: string): Promise<void>;
  /**
   * Adds to a number, 0 where there is none. In memory and Redis no two calls get in each other's
   * way; in a folder none of one process; in the others, two at the same time may count as one.
   *
   * @param by A whole number.
   * @param ttl Milliseconds from this call on, after which it may be gone.
   * @returns The sum.
   */
  increment(key: string, by: number, ttl: number): Promise<number>;
}

/** The place answers, but does not take this value: too large, say. To ask again is of no use. */
export class StoreRefusal extends Error {}

/** How a host opens its stores: by what `STORE` says before its first colon, from all that it says. */
export type StoreOpeners = Readonly<Record<string, (setting: string) => Store>>;

/** {@link Store.increment} where the place cannot count by itself. */
export async function countIn(
  { get, set }: Pick<Store, 'get' | 'set'>,
  key: string,
  by: number,
  ttl: number,
): Promise<number> {
  const sum = Number((await get(key)) ?? 0) + by;
  await set(key, String(sum), ttl);
  return sum;
}
