/**
 * What the instances of one deployment tell each other of the pool's keys, through the Store: one
 * value, to which everybody adds what is newer. Keys are in it as the beginning of a digest.
 */
import { digestOf } from '../lib/digest.ts';
import { isJsonObject, parseJson } from '../lib/json.ts';
import { wait } from '../lib/time.ts';
import type { Platform } from '../platform.ts';
import {
  freshFacts,
  hasNews,
  type KeyFacts,
  LONGEST_REST,
  merged,
  readFacts,
} from '../policy/key-facts.ts';
import type { KeyPool } from '../policy/key-pool.ts';
import type { Store } from '../stores/store.ts';

/** Of a digest in hexadecimal digits: enough to tell a pool's keys. */
const ID_LENGTH = 16;
/** Between two readings. */
const READ_EVERY = 5_000;
/** Between two writings; stores of some hosts take no more of one value. */
const WRITE_EVERY = 1_000;
/** What was written may be read late, or lost to somebody who wrote at the same time: then it is written again. */
const SETTLED_AFTER = 60_000;

/** Names of keys that tell nothing of them: key → name. */
export type KeyNames = () => Promise<ReadonlyMap<string, string>>;

/** The words of all instances. Nothing here rejects. */
export interface KeyHealth {
  /** Reads what others know; undefined when that was done a moment ago. */
  read(): Promise<void> | undefined;
  /** Something has become of this key: tells the others; undefined when they need not know. */
  tell(key: string): Promise<void> | undefined;
}

/** One for an app. */
export function createKeyNames(
  keys: readonly string[],
  { digest }: Pick<Platform, 'digest'>,
): KeyNames {
  // Kept when they are there, and not as a promise: on workerd no request may wait for another's.
  let names: ReadonlyMap<string, string> | undefined;
  return async () =>
    (names ??= new Map(
      await Promise.all(
        keys.map(async (key) => [key, (await digestOf(key, digest)).slice(0, ID_LENGTH)] as const),
      ),
    ));
}

/** One for an app. */
export function createKeyHealth(
  pool: KeyPool,
  store: Store,
  namesOf: KeyNames,
  { digest, now, log }: Pick<Platform, 'digest' | 'now' | 'log'>,
): KeyHealth {
  /** What the others know of each key, as far as is known here. */
  let told: ReadonlyMap<string, KeyFacts> = new Map();
  let address: string | undefined;
  let readAt = 0;
  let writeAt = 0;
  let settledAt = 0;

  const isNews = (key: string): boolean => hasNews(pool.facts(key), told.get(key) ?? {}, now());

  /** Learns what is written there; gives it back. */
  async function learn(names: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, KeyFacts>> {
    address ??= `key-health:${await digestOf([...names.values()].toSorted().join(' '), digest)}`;
    const value = parseJson((await store.get(address)) ?? '');
    const written = new Map<string, KeyFacts>();
    for (const [key, name] of names) {
      const facts = readFacts(isJsonObject(value) ? value[name] : undefined, now());
      written.set(key, facts);
      pool.learn(key, facts);
    }
    return written;
  }

  async function update(): Promise<void> {
    const names = await namesOf();
    const written = await learn(names);
    const isSettled = now() >= settledAt;
    told = new Map(
      [...written].map(([key, facts]) => [
        key,
        isSettled ? facts : merged(told.get(key) ?? {}, facts),
      ]),
    );
    if ([...names.keys()].some(isNews)) await write();
  }

  async function write(): Promise<void> {
    const early = writeAt - now();
    // Whoever waits for the next turn writes for all.
    if (early > WRITE_EVERY) return;
    writeAt = Math.max(writeAt, now()) + WRITE_EVERY;
    if (early > 0) await wait(early);
    const names = await namesOf();
    if (![...names.keys()].some(isNews)) return;
    const written = await learn(names);
    const all = [...names].map(([key, name]) => {
      const facts = freshFacts(merged(written.get(key) ?? {}, pool.facts(key)), now());
      return { key, name, facts };
    });
    told = new Map(all.map(({ key, facts }) => [key, facts]));
    settledAt = now() + SETTLED_AFTER;
    const known = all.filter(({ facts }) => Object.keys(facts).length > 0);
    const value = Object.fromEntries(known.map(({ name, facts }) => [name, facts]));
    if (address !== undefined) await store.set(address, JSON.stringify(value), LONGEST_REST);
  }

  /** The store is steady: what is left does not take the value. */
  const quietly = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) =>
      log('warn', "The state of the pool's keys could not be shared.", { error: String(error) }),
    );

  return {
    read() {
      if (now() < readAt) return undefined;
      readAt = now() + READ_EVERY;
      return quietly(update());
    },
    tell: (key) => (isNews(key) ? quietly(write()) : undefined),
  };
}
