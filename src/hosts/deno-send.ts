/**
 * Calls to Poe on Deno, in both its forms: `fetch` with a client that knows the proxy. Deno 2.9 sends
 * the login of a proxy with `http://` to the server behind the tunnel too, which is Poe; and that of
 * one with `https://` not at all where there is no tunnel. Neither is left to it here.
 */
import type { Platform } from '../platform.ts';
import { openLoginRelay } from './login-relay.ts';
import { proxiedFetchSend } from './proxied-fetch.ts';
import type { Proxy, ProxySettings } from './proxy.ts';

/** @see https://docs.deno.com/api/deno/~/Deno.createHttpClient */
declare const Deno: { createHttpClient(options: { proxy: DenoProxy }): object };

interface DenoProxy {
  readonly url: string;
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
}

/** {@link Platform.send} of Deno. */
export function denoSend(settings: ProxySettings): Platform['send'] {
  return proxiedFetchSend(settings, async (proxy, protocol) => {
    const { authorization } = proxy;
    const isPlain = protocol === 'http:';
    return {
      client: Deno.createHttpClient({
        proxy: isPlain ? { url: proxy.origin } : await tunnelBy(proxy),
      }),
      ...(isPlain && authorization && { headers: { 'proxy-authorization': authorization } }),
    };
  });
}

async function tunnelBy(proxy: Proxy): Promise<DenoProxy> {
  const { origin, login } = proxy;
  if (!login) return { url: origin };
  if (origin.startsWith('https:')) return { url: origin, basicAuth: login };
  const relay = await openLoginRelay(proxy);
  return { url: relay.url, basicAuth: relay.login };
}
