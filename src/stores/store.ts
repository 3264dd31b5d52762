/**
 * What must outlive a request is kept in a Store: text under a key, for a time. Small on purpose, so
 * that any key-value service can be one.
 */

/** A place for text. Each method rejects when the place cannot be reached. */
export interface Store {
  /** Undefined when it is not there, or no longer. */
  get(key: string): Promise<string | undefined>;
  /** @param ttl Milliseconds after which it may be gone. */
  set(key: string, value: string, ttl: number): Promise<void>;
  /** Does nothing when it is not there. */
  delete(key: string): Promise<void>;
}
