/**
 * Workers KV by its binding. What is written is seen elsewhere within a minute; it cannot count for
 * several instances at once.
 *
 * @see https://developers.cloudflare.com/kv/api/
 */
import { countIn, type Store, StoreRefusal } from './store.ts';

/** The part of Cloudflare's binding that is used. */
export interface KvNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { readonly expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** KV keeps nothing for less, in seconds. */
const LEAST_TTL = 60;
/** Of a key, and of a value, in bytes. */
const LONGEST_KEY = 512;
const LARGEST_VALUE = 25 * 1024 * 1024;

/** @param now Milliseconds since 1970. */
export function cloudflareKvStore(kv: KvNamespace, now: () => number): Store {
  // KV would fail on it as if it were down. Nothing is ever kept under a key that a client has made so long.
  const fits = (key: string): boolean => bytesOf(key) <= LONGEST_KEY;

  const store = {
    async get(key: string) {
      const kept = fits(key) ? await kv.get(key) : null;
      // KV may keep it longer than it was to be kept: the value begins with its end.
      const at = kept?.indexOf(' ') ?? -1;
      return kept && Number(kept.slice(0, at)) > now() ? kept.slice(at + 1) : undefined;
    },
    async set(key: string, value: string, ttl: number) {
      const kept = `${now() + ttl} ${value}`;
      if (!fits(key) || bytesOf(kept) > LARGEST_VALUE)
        throw new StoreRefusal('too large for Workers KV');
      const expirationTtl = Math.max(LEAST_TTL, Math.ceil(ttl / 1000));
      await kv.put(key, kept, { expirationTtl });
    },
    async delete(key: string) {
      if (fits(key)) await kv.delete(key);
    },
  };
  return { ...store, increment: (key, by, ttl) => countIn(store, key, by, ttl) };
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
