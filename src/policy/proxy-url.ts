/** What the settings of proxies may say: `PROXY`, `HTTPS_PROXY`. */

/** Completes "PROXY must be …". */
export const PROXY_EXPECTED =
  'the http:// or https:// URL of a proxy, http://user:password@host:port; SOCKS is not supported';

/** The URL with its login; `http` is meant where no scheme is given, as elsewhere. */
export function readProxyUrl(given: string): string | undefined {
  const address = given.includes('://') ? given : `http://${given}`;
  if (!URL.canParse(address)) return undefined;
  const { href, protocol, pathname, search, hash, username, password } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  if (pathname + search + hash !== '/') return undefined;
  try {
    decodeURIComponent(username + password);
    return href;
  } catch {
    // A lone percent sign: what the proxy is to be told cannot be known.
    return undefined;
  }
}
