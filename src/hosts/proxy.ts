/**
 * The proxy through which calls leave: which of them, with which login, and what its failures are
 * called. How a call is sent through it differs from runtime to runtime and is not here.
 */
import { Buffer } from 'node:buffer';
import type { Config } from '../config.ts';
import { GatewayError } from '../core/error.ts';
import { connectionError } from '../http/call.ts';
import type { UpstreamReply } from '../platform.ts';

/** The settings that decide it. */
export type ProxySettings = Pick<Config, 'proxy' | 'httpsProxy' | 'noProxy'>;

/** A proxy for one call. The login is secret: nothing that names the proxy to people may hold it. */
export interface Proxy {
  /** The setting that names it. */
  readonly setting: 'PROXY' | 'HTTPS_PROXY';
  /** `http://host:port`, without the login. */
  readonly origin: string;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** The value of `proxy-authorization`, where there is a login. */
  readonly authorization: string | undefined;
}

/** Which proxy a call to this address goes through; undefined: none. */
export type ProxyRoute = (url: URL) => Proxy | undefined;

/** The web's own names of this machine, as `URL` writes them. */
const LOOPBACK = /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/;

/**
 * `PROXY` is for every call, `HTTPS_PROXY` for https only, as elsewhere; neither for this machine
 * itself nor for what `NO_PROXY` lists.
 */
export function proxyRoute({ proxy, httpsProxy, noProxy }: ProxySettings): ProxyRoute {
  const forAll = proxy === undefined ? undefined : readProxy('PROXY', proxy);
  const forHttps = httpsProxy === undefined ? forAll : readProxy('HTTPS_PROXY', httpsProxy);
  const exempt = noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(exemption);
  return (url) => {
    const chosen = forAll ?? (url.protocol === 'https:' ? forHttps : undefined);
    const around = LOOPBACK.test(url.hostname) || exempt.some((matches) => matches(url));
    return around ? undefined : chosen;
  };
}

function readProxy(setting: Proxy['setting'], given: string): Proxy {
  const { origin, username, password } = new URL(given);
  if (username === '' && password === '')
    return { setting, origin, login: undefined, authorization: undefined };
  const login = {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  const encoded = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return { setting, origin, login, authorization: `Basic ${encoded}` };
}

/** One entry of `NO_PROXY`: `*`, a domain with all below it (a dot in front changes nothing), either with a port. */
function exemption(entry: string): (url: URL) => boolean {
  if (entry === '*') return () => true;
  // An IPv6 address has brackets in a URL, and may have them here; only then it can have a port.
  const isBareIPv6 = /^[^[]*:.*:/.test(entry);
  const [, name = '', port] = isBareIPv6
    ? ['', `[${entry}]`]
    : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  const domain = name.replace(/^\*?\./, '');
  return ({ hostname, protocol, port: given }) => {
    const called = given === '' ? (protocol === 'https:' ? '443' : '80') : given;
    if (port !== undefined && port !== called) return false;
    return hostname === domain || hostname.endsWith(`.${domain}`);
  };
}

/**
 * Waits for the reply to a call that goes through a proxy.
 *
 * @throws {GatewayError} that names the proxy's setting, and no address; the error as it is when the
 *   signal has aborted.
 */
export async function throughProxy(
  { setting }: Proxy,
  sending: Promise<UpstreamReply>,
  signal: AbortSignal,
): Promise<UpstreamReply> {
  let reply: UpstreamReply;
  try {
    reply = await sending;
  } catch (error) {
    if (signal.aborted) throw error;
    throw failure(setting, error);
  }
  // Poe itself has no such status: it is the proxy's, for calls that need no tunnel.
  if (reply.status !== 407) return reply;
  reply.cancel();
  throw refusal(setting, '407');
}

/** What Node's undici, Bun and Deno say of a proxy that does not open a tunnel. */
const NO_TUNNEL =
  /^Proxy response \((\d{3})\)|open a tunnel: (\d{3})|: (?:(proxy authentication) required|unsuccessful tunnel)$/;

function failure(setting: string, error: unknown): GatewayError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [found, node, bun, deno] = NO_TUNNEL.exec(cause.message) ?? [];
    if (found !== undefined) return refusal(setting, node ?? bun ?? (deno && '407'));
  }
  const { message } = connectionError(error, 'before');
  return new GatewayError(
    'upstream-failed',
    `${message} The call was to go through the proxy that ${setting} names.`,
  );
}

/** The proxy is there, and does not pass the call on. */
function refusal(setting: string, status: string | undefined): GatewayError {
  const isLogin = status === '407';
  const said = status === undefined ? '' : ` (${status})`;
  const words = isLogin
    ? `wants a login, or another one${said}: ${setting}=http://user:password@host:port.`
    : `does not let the call through${said}.`;
  return new GatewayError('upstream-failed', `The proxy that ${setting} names ${words}`, {
    retryable: !isLogin,
  });
}
