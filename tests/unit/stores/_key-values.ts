/** Stand-ins for Workers KV and Deno KV: they take what the real ones take, and refuse what those refuse. */
import type { DenoKv } from '../../../src/hosts/deno-kv-store.ts';
import type { KvNamespace } from '../../../src/stores/cloudflare-kv.ts';

/** @see https://developers.cloudflare.com/kv/platform/limits/ */
export function workersKv(): KvNamespace {
  const entries = new Map<string, string>();
  const check = (key: string): void => {
    if (Buffer.byteLength(key) > 512) throw new Error('KV GET failed: 414 UTF-8 encoded length');
  };
  return {
    async get(key) {
      check(key);
      return entries.get(key) ?? null;
    },
    async put(key, value, { expirationTtl }) {
      check(key);
      if (!Number.isInteger(expirationTtl) || expirationTtl < 60)
        throw new Error('KV PUT failed: 400 Invalid expiration_ttl');
      if (Buffer.byteLength(value) > 26_214_400) throw new Error('KV PUT failed: 413');
      entries.set(key, value);
    },
    async delete(key) {
      check(key);
      entries.delete(key);
    },
  };
}

/** @see https://docs.deno.com/deploy/kv/ */
export function denoKv(): DenoKv & { readonly entries: ReadonlyMap<string, unknown> } {
  const entries = new Map<string, unknown>();
  const named = (key: readonly unknown[]): string => {
    const name = JSON.stringify(key);
    if (Buffer.byteLength(name) > 2048)
      throw new TypeError('Key too large for read (max 2048 bytes)');
    return name;
  };
  return {
    entries,
    get: async (key) => ({ value: entries.get(named(key)) ?? null }),
    async set(key, value) {
      const size = value instanceof Uint8Array ? value.byteLength : JSON.stringify(value).length;
      if (size > 65_536 - 100) throw new TypeError('Value too large (max 65536 bytes)');
      entries.set(named(key), structuredClone(value));
    },
    delete: async (key) => void entries.delete(named(key)),
  };
}
