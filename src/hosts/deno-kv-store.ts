/**
 * Deno KV: on Deno Deploy the app's database, elsewhere a file of Deno's own. A value of it is small,
 * so what is kept is cut into parts, and the entry of a key says which they are.
 *
 * @see https://docs.deno.com/api/deno/~/Deno.Kv
 */
import { ConfigError } from '../config.ts';
import { countIn, type Store, type StoreOpeners, StoreRefusal } from '../stores/store.ts';

/** The part of `Deno.Kv` that is used. */
export interface DenoKv {
  get(key: DenoKey): Promise<{ readonly value: unknown }>;
  set(key: DenoKey, value: unknown, options: { readonly expireIn: number }): Promise<unknown>;
  delete(key: DenoKey): Promise<void>;
}

type DenoKey = readonly (string | number)[];

interface Entry {
  readonly id: string;
  readonly parts: number;
  readonly until: number;
}

/** Of a part, in bytes; Deno KV takes 64 KiB with what it adds. */
const PART = 60_000;
/** Of a key, in UTF-16 code units; Deno KV takes 2 KiB. */
const LONGEST_KEY = 512;

/** @param open `Deno.openKv`; called at the first use, and again after it has failed. */
export function denoKvStore(open: () => Promise<DenoKv>, now: () => number): Store {
  let opened: Promise<DenoKv> | undefined;
  const openOnce = (): Promise<DenoKv> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const entryKey = (key: string): DenoKey => ['poeway', key];
  const partKey = (id: string, part: number): DenoKey => ['poeway-part', id, part];
  // Nothing is ever kept under a key that a client has made so long.
  const fits = (key: string): boolean => key.length <= LONGEST_KEY;

  async function entryOf(kv: DenoKv, key: string): Promise<Entry | undefined> {
    if (!fits(key)) return undefined;
    return ((await kv.get(entryKey(key))).value as Entry | null) ?? undefined;
  }

  async function drop(kv: DenoKv, { id, parts }: Entry): Promise<void> {
    await Promise.all(Array.from({ length: parts }, (_, part) => kv.delete(partKey(id, part))));
  }

  const store = {
    async get(key: string) {
      const kv = await openOnce();
      const entry = await entryOf(kv, key);
      if (!entry || entry.until <= now()) return undefined;
      const { id, parts } = entry;
      const found = await Promise.all(
        Array.from({ length: parts }, (_, part) => kv.get(partKey(id, part))),
      );
      const bytes = found.map(({ value }) => value);
      // Replaced while it was read: as good as gone.
      if (!bytes.every((part) => part instanceof Uint8Array)) return undefined;
      return await new Blob(bytes as Uint8Array<ArrayBuffer>[]).text();
    },
    async set(key: string, value: string, ttl: number) {
      if (!fits(key)) throw new StoreRefusal('This key is too long for Deno KV');
      const kv = await openOnce();
      const before = await entryOf(kv, key);
      const id = crypto.randomUUID();
      const bytes = new TextEncoder().encode(value);
      const parts = Math.ceil(bytes.byteLength / PART);
      const options = { expireIn: Math.ceil(ttl) };
      await Promise.all(
        Array.from({ length: parts }, (_, part) =>
          kv.set(partKey(id, part), bytes.slice(part * PART, (part + 1) * PART), options),
        ),
      );
      await kv.set(entryKey(key), { id, parts, until: now() + ttl } satisfies Entry, options);
      if (before) await drop(kv, before);
    },
    async delete(key: string) {
      const kv = await openOnce();
      const entry = await entryOf(kv, key);
      if (!entry) return;
      await kv.delete(entryKey(key));
      await drop(kv, entry);
    },
  };
  return { ...store, increment: (key, by, ttl) => countIn(store, key, by, ttl) };
}

/** @param open `Deno.openKv`, if there is one: on a machine of one's own it must be asked for. */
export function denoStores(open: (() => Promise<DenoKv>) | undefined): StoreOpeners {
  return {
    'deno-kv'() {
      if (open) return denoKvStore(open, Date.now);
      throw new ConfigError(['STORE=deno-kv needs Deno to be started with --unstable-kv.']);
    },
  };
}
