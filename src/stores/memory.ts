/**
 * A store in the memory of this process: for one server of one's own. It forgets all at a restart,
 * and before that what was not used for longest, when it is full.
 */
import { type Store, sumsOf } from './store.ts';

/** UTF-16 code units of all keys and values. */
const MOST = 64 * 1024 * 1024;

interface Entry {
  readonly value: string;
  readonly until: number;
}

/** @param now Milliseconds since 1970. */
export function memoryStore(now: () => number): Store {
  const entries = new Map<string, Entry>();
  let size = 0;

  function drop(key: string): void {
    const entry = entries.get(key);
    if (!entry) return;
    size -= key.length + entry.value.length;
    entries.delete(key);
  }

  function read(key: string): string | undefined {
    const entry = entries.get(key);
    if (!entry || entry.until <= now()) return void drop(key);
    // Put at the end again: the front is what was not used for longest.
    entries.delete(key);
    entries.set(key, entry);
    return entry.value;
  }

  function write(key: string, value: string, ttl: number): void {
    drop(key);
    entries.set(key, { value, until: now() + ttl });
    size += key.length + value.length;
    for (const oldest of entries.keys()) {
      if (size <= MOST) break;
      drop(oldest);
    }
  }

  return {
    get: (key) => Promise.resolve(read(key)),
    set: (key, value, ttl) => Promise.resolve(write(key, value, ttl)),
    delete: (key) => Promise.resolve(drop(key)),
    count(key, amounts, ttl) {
      const sums = sumsOf(read(key), amounts);
      if (Object.keys(amounts).length > 0) write(key, JSON.stringify(sums), ttl);
      return Promise.resolve(sums);
    },
    sharesCounts: false,
  };
}
