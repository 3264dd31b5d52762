/**
 * Calls by `fetch` that may go through a proxy: Bun and Deno. Both would follow the environment's
 * proxies by rules of their own, which differ; so that every host keeps to the same ones, those
 * names are taken from the environment once the settings have been read.
 */
import process from 'node:process';
import type { Platform } from '../platform.ts';
import { fetchSend } from './fetch-send.ts';
import { proxyRoute, throughProxy, type Proxy, type ProxySettings } from './proxy.ts';

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/** What sends a call through a proxy, in the words of this runtime's `fetch`. */
export interface FetchOptions {
  /** Beside the call's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly [option: string]: unknown;
}

/**
 * {@link Platform.send} over `fetch`.
 *
 * @param optionsFor Asked once for each proxy and protocol (`https:`) of the address that is called.
 */
export function proxiedFetchSend(
  settings: ProxySettings,
  optionsFor: (proxy: Proxy, protocol: string) => FetchOptions | Promise<FetchOptions>,
): Platform['send'] {
  for (const name of [...NAMES, ...NAMES.map((upper) => upper.toLowerCase())])
    if (name in process.env) delete process.env[name];
  const route = proxyRoute(settings);
  const known = new Map<string, FetchOptions | Promise<FetchOptions>>();

  return (call, signal) => {
    const url = new URL(call.url);
    const proxy = route(url);
    if (!proxy) return fetchSend(call, signal);
    const way = `${proxy.setting} ${url.protocol}`;
    const options = known.get(way) ?? optionsFor(proxy, url.protocol);
    known.set(way, options);
    return throughProxy(proxy, send(options), signal);

    async function send(given: typeof options): ReturnType<Platform['send']> {
      const { headers, ...rest } = await given;
      const all = { ...call.headers, ...headers };
      return await fetchSend({ ...call, headers: all }, signal, rest);
    }
  };
}
