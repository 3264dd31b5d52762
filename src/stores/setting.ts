/** What `STORE` may say: a store's name, or a scheme and where the store is. */

const NAMES = ['none', 'memory', 'file', 'upstash', 'cloudflare-kv', 'deno-kv', 'netlify-blobs'];

/** Completes "… must be". */
export const STORE_EXPECTED = `one of ${NAMES.join(', ')}, or file:<folder>, redis://… or rediss://…`;

/** The setting with its name or scheme in small letters; undefined when it is not right. */
export function readStoreSetting(given: string): string | undefined {
  const name = given.toLowerCase();
  if (NAMES.includes(name)) return name;
  const [, scheme = '', rest = ''] = /^(file|rediss?)(:.+)$/i.exec(given) ?? [];
  const right = scheme.toLowerCase() + rest;
  if (right.startsWith('file')) return right;
  const isUrl = rest.startsWith('://') && URL.canParse(right);
  return isUrl && new URL(right).hostname ? right : undefined;
}
