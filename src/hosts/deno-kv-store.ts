/**
 * Deno KV: on Deno Deploy the app's database, elsewhere a file of Deno's own. A value of it is small,
 * so what is kept is cut into parts, and the entry of a key says which they are. Sums are in the entry
 * itself: two instances that count at the same time are told apart by its version, and none is lost.
 *
 * @see https://docs.deno.com/api/deno/~/Deno.Kv
 */
import { wait } from '../lib/time.ts';
import { ConfigError } from '../config.ts';
import {
  type Amounts,
  type Store,
  type StoreOpeners,
  StoreRefusal,
  sumsOf,
} from '../stores/store.ts';

/** The part of `Deno.Kv` that is used. */
export interface DenoKv {
  get(key: DenoKey): Promise<{ readonly value: unknown; readonly versionstamp: string | null }>;
  set(key: DenoKey, value: unknown, options: Options): Promise<unknown>;
  delete(key: DenoKey): Promise<void>;
  atomic(): DenoAtomic;
}

/** Changes that are made together, if what was checked is still so. */
export interface DenoAtomic {
  check(entry: { readonly key: DenoKey; readonly versionstamp: string | null }): DenoAtomic;
  set(key: DenoKey, value: unknown, options: Options): DenoAtomic;
  commit(): Promise<{ readonly ok: boolean }>;
}

interface Options {
  /** In milliseconds. */
  readonly expireIn: number;
}

type DenoKey = readonly (string | number)[];

interface Entry {
  readonly id: string;
  readonly parts: number;
  readonly until: number;
  /** As JSON: with sums it has no parts, so that they can be changed in one go. */
  readonly sums?: Uint8Array;
}

/** Of a part, in bytes; Deno KV takes 64 KiB with what it adds. */
const PART = 60_000;
/** Of a key, in UTF-16 code units; Deno KV takes 2 KiB. */
const LONGEST_KEY = 512;
const TOO_LONG = 'This key is too long for Deno KV';
/** How often a count is tried while other instances count under the same key. */
const TRIES = 30;
/** Between two tries, at most, in milliseconds. */
const LONGEST_PAUSE = 40;

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
  /** The last count under a key, while it goes on. */
  const turns = new Map<string, Promise<unknown>>();
  const entryKey = (key: string): DenoKey => ['poeway', key];
  const partKey = (id: string, part: number): DenoKey => ['poeway-part', id, part];
  // Nothing is ever kept under a key that a client has made so long.
  const fits = (key: string): boolean => key.length <= LONGEST_KEY;

  async function entryOf(kv: DenoKv, key: string): Promise<Entry | undefined> {
    if (!fits(key)) return undefined;
    return ((await kv.get(entryKey(key))).value as Entry | null) ?? undefined;
  }

  /** Undefined when another instance has counted meanwhile. */
  async function tryCount(
    key: string,
    amounts: Amounts,
    ttl: number,
  ): Promise<Amounts | undefined> {
    const kv = await openOnce();
    const { value, versionstamp } = await kv.get(entryKey(key));
    const before = value as Entry | null;
    const isOfUse = before?.sums !== undefined && before.until > now();
    const sums = sumsOf(isOfUse ? new TextDecoder().decode(before.sums) : undefined, amounts);
    if (Object.keys(amounts).length === 0) return sums;
    const bytes = new TextEncoder().encode(JSON.stringify(sums));
    if (bytes.byteLength > PART) throw new StoreRefusal('too many sums for Deno KV');
    const entry: Entry = { id: '', parts: 0, until: now() + ttl, sums: bytes };
    const change = kv.atomic().check({ key: entryKey(key), versionstamp });
    change.set(entryKey(key), entry, { expireIn: Math.ceil(ttl) });
    const { ok } = await change.commit().catch(whenLocked);
    return ok ? sums : undefined;
  }

  async function count(key: string, amounts: Amounts, ttl: number): Promise<Amounts> {
    if (!fits(key)) throw new StoreRefusal(TOO_LONG);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const sums = await tryCount(key, amounts, ttl);
      if (sums) return sums;
      await wait(Math.random() * LONGEST_PAUSE);
    }
    throw new Error('too many instances count under one key');
  }

  /** Those of this instance need not get in each other's way. */
  function countInTurn(key: string, amounts: Amounts, ttl: number): Promise<Amounts> {
    const sums = (turns.get(key) ?? Promise.resolve()).then(() => count(key, amounts, ttl));
    const end: Promise<unknown> = sums
      .catch(() => undefined)
      .then(() => turns.get(key) === end && turns.delete(key));
    turns.set(key, end);
    return sums;
  }

  async function drop(kv: DenoKv, { id, parts }: Entry): Promise<void> {
    await Promise.all(Array.from({ length: parts }, (_, part) => kv.delete(partKey(id, part))));
  }

  return {
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
      if (!fits(key)) throw new StoreRefusal(TOO_LONG);
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
    count: countInTurn,
    sharesCounts: true,
  };
}

/** Where its file is used by several processes one may be told so instead of waiting. */
function whenLocked(error: unknown): { readonly ok: false } {
  if (error instanceof Error && error.message.includes('locked')) return { ok: false };
  throw error;
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
