/** Which calls go through a proxy, and on which hosts the setting is refused or means nothing. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../../src/config.ts';
import { functionApp } from '../../../src/hosts/function-app.ts';
import { proxyRoute, throughProxy } from '../../../src/hosts/proxy.ts';

const ALL = 'http://all.test:1/';
const HTTPS = 'http://https.test:2/';

interface Case {
  readonly url: string;
  readonly proxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  readonly through: string | undefined;
}

const CASES: readonly Case[] = [
  { url: 'https://a.test/', through: undefined },
  { url: 'https://a.test/', proxy: ALL, through: 'PROXY' },
  { url: 'http://a.test/', proxy: ALL, through: 'PROXY' },
  { url: 'https://a.test/', proxy: ALL, httpsProxy: HTTPS, through: 'PROXY' },
  { url: 'https://a.test/', httpsProxy: HTTPS, through: 'HTTPS_PROXY' },
  { url: 'http://a.test/', httpsProxy: HTTPS, through: undefined },
  ...['localhost', 'a.localhost', '127.0.0.1', '127.9.9.9', '[::1]', '127.1'].map((host) => ({
    url: `https://${host}:80/`,
    proxy: ALL,
    through: undefined,
  })),
  ...['127.0.0.1.a.test', 'localhost.a.test', '[::2]', '10.127.0.1'].map((host) => ({
    url: `https://${host}/`,
    proxy: ALL,
    through: 'PROXY',
  })),
  ...around('https://api.a.test/v1', {
    'a.test': true,
    '.a.test': true,
    '*.a.test': true,
    'api.a.test': true,
    'API.A.Test': true,
    'b.test, ,api.a.test': true,
    'b.test api.a.test': true,
    'api.a.test:443': true,
    '.a.test:443': true,
    '*': true,
    'api.a.test:80': false,
    'i.a.test': false,
    test: true,
    'x.api.a.test': false,
    '': false,
    ',': false,
    '.': false,
    ':443': false,
  }),
  ...around('http://10.0.0.5:11434/', {
    '10.0.0.5': true,
    '10.0.0.5:11434': true,
    '10.0.0.5:80': false,
    '10.0.0.50': false,
  }),
  ...around('http://[fd00::1]:9/', {
    'fd00::1': true,
    '[fd00::1]': true,
    '[fd00::1]:9': true,
    '[fd00::1]:8': false,
    'fd00::2': false,
  }),
];

/** By `NO_PROXY`: whether the call goes around the proxy. */
function around(url: string, lists: Readonly<Record<string, boolean>>): readonly Case[] {
  return Object.entries(lists).map(([noProxy, isAround]) => ({
    url,
    proxy: ALL,
    noProxy,
    through: isAround ? undefined : 'PROXY',
  }));
}

describe('proxyRoute', () => {
  it.each(CASES)('$url, $proxy, $httpsProxy, NO_PROXY=$noProxy: $through', (given) => {
    const route = proxyRoute({ proxy: undefined, httpsProxy: undefined, noProxy: '', ...given });
    expect(route(new URL(given.url))?.setting).toBe(given.through);
  });

  it('parts the login from the address, decoded', () => {
    const route = proxyRoute({
      proxy: 'http://ann:p%40ss%20%C3%BC@a.test:3128/',
      httpsProxy: undefined,
      noProxy: '',
    });
    expect(route(new URL('https://b.test'))).toEqual({
      setting: 'PROXY',
      origin: 'http://a.test:3128',
      login: { username: 'ann', password: 'p@ss ü' },
      authorization: `Basic ${Buffer.from('ann:p@ss ü').toString('base64')}`,
    });
  });
});

describe('throughProxy', () => {
  const proxy = proxyRoute({
    proxy: 'http://ann:pass@a.test/',
    httpsProxy: undefined,
    noProxy: '',
  })(new URL('https://b.test'));

  it.each([
    ['Proxy response (403) !== 200 when HTTP Tunneling', /does not let the call through \(403\)/],
    ['Proxy refused to open a tunnel: 503 Busy', /does not let the call through \(503\)/],
    ['for url (https://a.test/bot/407): client error (Connect): unsuccessful tunnel', /through\.$/],
    ['client error (Connect): proxy authentication required', /wants a login.*\(407\)/],
    ['for url (http://ann:pass@a.test/): gone', /^Poe cannot be reached\..*PROXY names\.$/],
  ])('says of %j what to do, and no address', async (words, wanted) => {
    const broken = new TypeError('fetch failed', { cause: new Error(words) });
    const signal = new AbortController().signal;
    if (!proxy) throw new Error('there is a proxy');
    const failed = throughProxy(proxy, Promise.reject(broken), signal);
    await expect(failed).rejects.toMatchObject({
      kind: 'upstream-failed',
      message: expect.stringMatching(wanted) as string,
    });
    await expect(failed).rejects.not.toMatchObject({
      message: expect.stringMatching(/ann:|pass\b|\.test/) as string,
    });
  });

  it('leaves the reason of a client that left as it is', async () => {
    const reason = new Error('left');
    if (!proxy) throw new Error('there is a proxy');
    const failed = throughProxy(proxy, Promise.reject(reason), AbortSignal.abort(reason));
    await expect(failed).rejects.toBe(reason);
  });
});

describe('a host that cannot call through a proxy', () => {
  afterEach(() => vi.restoreAllMocks());

  const ask = async (env: Environment): Promise<[number, string]> => {
    vi.spyOn(console, 'log').mockReturnValue();
    const app = functionApp({ send: () => Promise.reject(new Error('no Poe here')) });
    const response = await app(new Request('http://host.test/health'), env, {});
    return [response.status, await response.text()];
  };

  it('says of PROXY that it cannot keep to it', async () => {
    const [status, text] = await ask({ PROXY: 'http://ann:secret@a.test' });
    expect(status).toBe(500);
    expect(text).toContain('PROXY must not be set here');
    expect(text).not.toMatch(/ann:|secret|a\.test/);
  });

  it.each([
    { HTTPS_PROXY: 'http://a.test' },
    { https_proxy: 'socks5://a.test' },
    { NO_PROXY: 'a.test' },
  ])('does without what its platform may have set: %j', async (env) => {
    expect(await ask(env)).toEqual([200, 'OK']);
  });
});
