/**
 * Cloudflare's rate limiter as workerd can run it. The runtime has none of its own: a binding is wrapped
 * around a module, as wrangler does it on a developer's machine. This one keeps to what is documented,
 * and counts in one isolate.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
import type { Addition } from './_workerd.ts';

const MODULE = `
export default ({ limit, period }) => {
  const counts = new Map();
  return {
    async limit(options) {
      const { key, ...others } = options;
      if (typeof key !== 'string' || Object.keys(others).length > 0) throw new TypeError('limit({ key })');
      const name = key + ' ' + Math.floor(Date.now() / 1000 / period);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return { success: counts.get(name) <= limit };
    },
  };
};
`;

/** @param limits How many each binding lets pass of each key, in an hour: no test is cut by its end. */
export function limiters(limits: Readonly<Record<string, number>>): Addition {
  return {
    files: { 'limiter.js': MODULE },
    extension:
      '(modules = [(name = "test:limiter", internal = true, esModule = embed "limiter.js")])',
    bindings: Object.entries(limits).map(
      ([name, limit]) =>
        `(name = "${name}", wrapped = (moduleName = "test:limiter", innerBindings = [` +
        `(name = "limit", json = "${limit}"), (name = "period", json = "3600")]))`,
    ),
  };
}
