/** Run by Deno: several openings of one Deno KV count at the same time; says what they came to. */
import { type DenoKv, denoKvStore } from '../../src/hosts/deno-kv-store.ts';

declare const Deno: {
  readonly args: readonly string[];
  openKv(path: string): Promise<DenoKv>;
  exit(): never;
};

const [path = ''] = Deno.args;
const stores = [1, 2, 3].map(() => denoKvStore(() => Deno.openKv(path), Date.now));
const amounts = Object.fromEntries([
  ['a', 1],
  ['__proto__', -2],
]);
await Promise.all(
  stores.flatMap((store) => Array.from({ length: 20 }, () => store.count('key', amounts, 60_000))),
);
const sums = await Promise.all(stores.map((store) => store.count('key', {}, 60_000)));
console.log(JSON.stringify(sums));
Deno.exit();
