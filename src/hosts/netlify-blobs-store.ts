/**
 * Netlify Blobs, for Netlify's functions: the few calls of the official client that are needed here.
 * That client brings tracing along, some 30 packages, and waits for long before it says that Netlify
 * does not answer.
 *
 * @see https://docs.netlify.com/build/data-and-storage/netlify-blobs/
 */
import { digestOf } from '../lib/digest.ts';
import { isJsonObject, parseJson } from '../lib/json.ts';
import { beforeEnd, countIn, type Store, StoreRefusal, withEnd } from '../stores/store.ts';

/** The site's blobs that are ours. */
const STORE = 'site:poeway';
/** Of a call, in milliseconds. */
const PATIENCE = 10_000;

interface Place {
  readonly url: string;
  readonly token: string;
}

/**
 * @param context What Netlify gives a function to find its blobs by, as base64; it may change from one
 *   request to the next.
 * @param now Milliseconds since 1970.
 */
export function netlifyBlobsStore(context: () => string | undefined, now: () => number): Store {
  async function ask(method: string, key: string, body?: string): Promise<Response> {
    const { url, token } = placeOf(context());
    // A key may be any text; a blob's name is part of a path, and short.
    const name = await digestOf(key, (bytes) => crypto.subtle.digest('SHA-256', bytes));
    const response = await fetch(`${url}/${STORE}/${name}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE),
      ...(body !== undefined && { body }),
    });
    const { ok, status } = response;
    if (ok || status === 404) return response;
    await response.body?.cancel();
    const words = `HTTP ${status}`;
    throw status === 413 ? new StoreRefusal(words) : new Error(words);
  }

  const store = {
    async get(key: string) {
      const response = await ask('GET', key);
      const kept = await response.text();
      if (!response.ok) return undefined;
      const value = beforeEnd(kept, now());
      // Netlify keeps blobs for ever.
      if (value === undefined) await store.delete(key);
      return value;
    },
    async set(key: string, value: string, ttl: number) {
      const { ok, status, body } = await ask('PUT', key, withEnd(value, now() + ttl));
      await body?.cancel();
      if (!ok) throw new Error(`HTTP ${status}`);
    },
    async delete(key: string) {
      await (await ask('DELETE', key)).body?.cancel();
    },
  };
  return {
    ...store,
    count: (key, amounts, ttl) => countIn(store, key, amounts, ttl),
    sharesCounts: false,
  };
}

/** Read where no cache is between: what was written a moment ago is wanted. */
function placeOf(context: string | undefined): Place {
  const found = parseJson(atob(context ?? ''));
  const { siteID, token, edgeURL, uncachedEdgeURL = edgeURL } = isJsonObject(found) ? found : {};
  if (typeof uncachedEdgeURL !== 'string' || typeof token !== 'string')
    throw new Error('Netlify gives this function no blobs');
  return { url: `${uncachedEdgeURL}/${String(siteID)}`, token };
}
