/**
 * A store in the memory of this process: for one server of one's own. It forgets all at a restart,
 * and before that what was not used for longest, when it is full.
 */
import type { Store } from './store.ts';

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

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry || entry.until <= now()) {
        drop(key);
        return Promise.resolve(undefined);
      }
      // Put at the end again: the front is what was not used for longest.
      entries.delete(key);
      entries.set(key, entry);
      return Promise.resolve(entry.value);
    },
    set(key, value, ttl) {
      drop(key);
      entries.set(key, { value, until: now() + ttl });
      size += key.length + value.length;
      for (const oldest of entries.keys()) {
        if (size <= MOST) break;
        drop(oldest);
      }
      return Promise.resolve();
    },
    delete(key) {
      drop(key);
      return Promise.resolve();
    },
  };
}
