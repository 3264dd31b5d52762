/** A worker that does with its KV namespace what it is asked for: the store, with the real binding under it. */
import { cloudflareKvStore, type KvNamespace } from '../../src/stores/cloudflare-kv.ts';
import { type Amounts, StoreRefusal } from '../../src/stores/store.ts';

/** One call of the store's. */
export interface Asked {
  readonly method: 'get' | 'set' | 'delete' | 'count';
  readonly key: string;
  readonly value?: string;
  readonly amounts?: Amounts;
  readonly ttl?: number;
}

/** What came of it. */
export interface Told {
  readonly result?: unknown;
  readonly refusal?: string;
  readonly error?: string;
}

async function run(
  { method, key, value = '', amounts = {}, ttl = 0 }: Asked,
  kv: KvNamespace,
): Promise<unknown> {
  const store = cloudflareKvStore(kv, Date.now);
  if (method === 'set') return await store.set(key, value, ttl);
  if (method === 'count') return await store.count(key, amounts, ttl);
  return await store[method](key);
}

export default {
  async fetch(request: Request, { POEWAY_KV }: { POEWAY_KV: KvNamespace }): Promise<Response> {
    const told: Told = await run((await request.json()) as Asked, POEWAY_KV).then(
      (result) => ({ result }),
      (error: unknown) => ({
        [error instanceof StoreRefusal ? 'refusal' : 'error']: String(error),
      }),
    );
    return Response.json(told);
  },
};
