/** Stand-ins for Workers KV and Deno KV: they take what the real ones take, and refuse what those refuse. */
import { serialize } from 'node:v8';
import type { DenoAtomic, DenoKv } from '../../../src/hosts/deno-kv-store.ts';
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
  const versions = new Map<string, string>();
  let changes = 0;
  const named = (key: readonly unknown[]): string => {
    const name = JSON.stringify(key);
    if (Buffer.byteLength(name) > 2048)
      throw new TypeError('Key too large for read (max 2048 bytes)');
    return name;
  };
  const take = (key: readonly unknown[], value: unknown): void => {
    if (serialize(value).byteLength > 65_536)
      throw new TypeError('Value too large (max 65536 bytes)');
    entries.set(named(key), structuredClone(value));
    changes += 1;
    versions.set(named(key), String(changes).padStart(20, '0'));
  };
  const versionOf = (key: readonly unknown[]): string | null => versions.get(named(key)) ?? null;

  function atomic(): DenoAtomic {
    const checks: (() => boolean)[] = [];
    const sets: (() => void)[] = [];
    const operation: DenoAtomic = {
      check({ key, versionstamp }) {
        checks.push(() => versionOf(key) === versionstamp);
        return operation;
      },
      set(key, value) {
        sets.push(() => take(key, value));
        return operation;
      },
      async commit() {
        const ok = checks.every((check) => check());
        if (ok) for (const set of sets) set();
        return { ok };
      },
    };
    return operation;
  }

  return {
    entries,
    get: async (key) => ({
      value: entries.get(named(key)) ?? null,
      versionstamp: versionOf(key),
    }),
    set: async (key, value) => take(key, value),
    async delete(key) {
      entries.delete(named(key));
      versions.delete(named(key));
    },
    atomic,
  };
}
