/**
 * Workers KV by its binding. What is written is seen elsewhere within a minute; it cannot count for
 * several instances at once.
 *
 * @see https://developers.cloudflare.com/kv/api/
 */
import { wait } from '../lib/time.ts';
import { beforeEnd, countIn, type Store, StoreRefusal, withEnd } from './store.ts';

/** The part of Cloudflare's binding that is used. */
export interface KvNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { readonly expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** KV keeps nothing for less, in seconds. */
const LEAST_TTL = 60;
/** KV takes one write a second under a key; in milliseconds. */
const BETWEEN_WRITES = 1_100;
/** Of a key, and of a value, in bytes. */
const LONGEST_KEY = 512;
const LARGEST_VALUE = 25 * 1024 * 1024;

/** @param now Milliseconds since 1970. */
export function cloudflareKvStore(kv: KvNamespace, now: () => number): Store {
  // KV would fail on it as if it were down. Nothing is ever kept under a key that a client has made so long.
  const fits = (key: string): boolean => bytesOf(key) <= LONGEST_KEY;

  async function get(key: string): Promise<string | undefined> {
    const kept = fits(key) ? await kv.get(key) : null;
    // KV may keep it longer than it was to be kept.
    return kept === null ? undefined : beforeEnd(kept, now());
  }

  async function set(key: string, value: string, ttl: number): Promise<void> {
    const kept = withEnd(value, now() + ttl);
    if (!fits(key) || bytesOf(kept) > LARGEST_VALUE)
      throw new StoreRefusal('too large for Workers KV');
    const expirationTtl = Math.max(LEAST_TTL, Math.ceil(ttl / 1000));
    await kv.put(key, kept, { expirationTtl });
  }

  return {
    get,
    set: (key, value, ttl) => inTurn(() => set(key, value, ttl)),
    async delete(key) {
      if (fits(key)) await inTurn(() => kv.delete(key));
    },
    count: (key, amounts, ttl) => inTurn(() => countIn({ get, set }, key, amounts, ttl)),
    sharesCounts: false,
  };
}

/** Once more after a second, when somebody else has just written under this key. */
async function inTurn<Value>(write: () => Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (error) {
    if (!String(error).includes(' 429 ')) throw error;
    await wait(BETWEEN_WRITES);
    return await write();
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
