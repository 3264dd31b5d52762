/**
 * Calls that leave through a proxy, on Node, Bun and Deno, with a real proxy in between. It alone
 * knows where the servers are that Poeway is told to call: what reaches them has come through it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { UPLOAD_PATH } from '../../sim/upload/endpoint.ts';
import { findBun, launchBun } from './_bun.ts';
import { newCaller, type Caller } from './_caller.ts';
import { makeCertificate } from './_certificate.ts';
import { readData, readContent, wholeContent } from './_client.ts';
import { findDeno, launchDenoServer } from './_deno.ts';
import { launchNode, LISTENS } from './_node.ts';
import type { Exit, Launched } from './_process.ts';
import { startProxy, type TestProxy } from './_proxy-server.ts';
import { withRuntime } from './_runtime.ts';
import { listen } from './_server.ts';

type Settings = Readonly<Record<string, string>>;

const USER = 'ann:canary%40%C3%BC';
const LOGIN = `Basic ${Buffer.from('ann:canary@ü').toString('base64')}`;
const PDF = `data:application/pdf;base64,${btoa('%PDF-1.4 a report, in short')}`;
const WORDS = 'Hello there, world';

const certificate = makeCertificate('poe.test', 'files.test', 'localhost');
let folder: string;
const proxies: TestProxy[] = [];
let trust: Settings;
let poe: Simulator;
/** The simulator, asked over TLS. */
let securePoe: ReturnType<typeof createTlsServer>;
/** A server of embeddings. */
let vectors: ReturnType<typeof createServer>;
let servers: Readonly<Record<'plain' | 'secure', Readonly<Record<string, number>>>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poeway-proxy-'));
  const file = join(folder, 'certificate.pem');
  await writeFile(file, certificate.cert);
  trust = { NODE_EXTRA_CA_CERTS: file, DENO_CERT: file };
  poe = await startSimulator();
  const port = Number(new URL(poe.url).port);
  securePoe = createTlsServer(certificate, (near) => {
    const far = connect(port, '127.0.0.1');
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    near.pipe(far).pipe(near);
  });
  const securePort = await listen(securePoe as unknown as Parameters<typeof listen>[0]);
  vectors = createServer((_, reply) => reply.end('{"data":[{"index":0,"embedding":[1,2]}]}'));
  servers = {
    plain: { 'poe.test': port, 'files.test': port, 'vectors.test': await listen(vectors) },
    secure: { 'poe.test': securePort, 'files.test': securePort },
  };
});
afterAll(async () => {
  for (const proxy of proxies) proxy.close();
  await poe.close();
  securePoe.close();
  vectors.close();
  await rm(folder, { recursive: true });
});

/** Where Poe is, to the proxy. */
const poeAt = (scheme: string): Settings => ({
  POE_BASE_URL: `${scheme}://poe.test`,
  POE_UPLOAD_URL: `${scheme}://files.test${UPLOAD_PATH}`,
});

/** Lists the tests of one runtime. */
function describeProxies(name: string, launchServer: (env: Settings) => Launched): void {
  describe.concurrent(`${name} with a proxy`, () => {
    async function start(env: Settings): Promise<{ url: string; stop(): Promise<Exit> }> {
      const server = launchServer({ ...trust, RETRIES: '0', ...env });
      const [, url = ''] = await server.prints(LISTENS);
      return { url, stop: () => server.stop() };
    }

    async function startBoth(
      options: Parameters<typeof startProxy>[0],
      env: (address: string) => Settings,
    ): Promise<Caller & { proxy: TestProxy; url: string; stop(): Promise<Exit> }> {
      const proxy = await startProxy(options);
      proxies.push(proxy);
      const server = await start(env(proxy.address));
      return { ...newCaller(server.url, poe), ...server, proxy };
    }

    test.each([
      { setting: 'PROXY', scheme: 'http', over: 'http', passes: 'POST http://poe.test/v1/chat' },
      { setting: 'PROXY', scheme: 'https', over: 'http', passes: 'CONNECT poe.test:443' },
      { setting: 'https_proxy', scheme: 'https', over: 'http', passes: 'CONNECT poe.test:443' },
      { setting: 'PROXY', scheme: 'https', over: 'https', passes: 'CONNECT poe.test:443' },
      { setting: 'PROXY', scheme: 'http', over: 'https', passes: 'POST http://poe.test/v1/chat' },
    ])(
      'streams an answer and uploads a file by $setting, which is $over, to Poe, which is $scheme',
      async ({ setting, scheme, over, passes }) => {
        const options = {
          servers: scheme === 'http' ? servers.plain : servers.secure,
          login: LOGIN,
          ...(over === 'https' && { certificate }),
        };
        const { ask, proxy, requests, stop } = await startBoth(options, (address) => ({
          ...poeAt(scheme),
          LOG_LEVEL: 'debug',
          // The certificate is for that name.
          [setting]: `${over}://${USER}@${address.replace('127.0.0.1', 'localhost')}`,
        }));
        const reads = new Set<number>();
        const streamed = await ask({ model: 'Slow', stream: true });
        for await (const { read } of readData(streamed)) reads.add(read);
        expect(reads.size).toBeGreaterThan(3);

        const file = { type: 'file', file: { filename: 'a.pdf', file_data: PDF } };
        const messages = [{ role: 'user', content: [{ type: 'text', text: 'Read it.' }, file] }];
        const read = await ask({ model: 'Attachments', messages });
        expect(await wholeContent(read)).toMatch(/^1\. a\.pdf/);
        expect(requests().map(({ path }) => path)).toContain(UPLOAD_PATH);
        // The login is not for Poe. (Deno, of itself, would show it.)
        for (const { headers } of requests())
          expect(headers['proxy-authorization']).not.toBe(LOGIN);

        const asked = proxy.passed.map(({ method, target }) => `${method} ${target}`);
        expect(asked.some((line) => line.startsWith(passes))).toBe(true);
        expect(asked.some((line) => line.includes('files.test'))).toBe(true);
        expect(new Set(proxy.passed.map(({ login }) => login))).toEqual(new Set([LOGIN]));
        const { stdout, stderr } = await stop();
        expect(stdout + stderr).not.toMatch(/canary|ann[:@]|Basic /);
      },
    );

    test('asks the server of embeddings through PROXY too', async () => {
      const { key, proxy, url, stop } = await startBoth({ servers: servers.plain }, (address) => ({
        ...poeAt('http'),
        PROXY: address,
        EMBEDDINGS_BASE_URL: 'http://vectors.test/v1',
      }));
      const response = await fetch(`${url}/v1/embeddings`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ input: 'Hello' }),
      });
      expect(await response.json()).toMatchObject({ data: [{ embedding: [1, 2] }] });
      expect(proxy.passed.map(({ target }) => target)).toContain(
        'http://vectors.test/v1/embeddings',
      );
      await stop();
    });

    // `0.0.0.0` is this machine, and no address of loopback.
    test('goes around it to what NO_PROXY lists, and to nothing else', async () => {
      const { port } = new URL(poe.url);
      const { ask, proxy, stop } = await startBoth({ servers: servers.plain }, (address) => ({
        POE_BASE_URL: `http://0.0.0.0:${port}`,
        POE_UPLOAD_URL: `http://files.test${UPLOAD_PATH}`,
        PROXY: `http://${address}`,
        NO_PROXY: `.other.test, 0.0.0.0:${port}`,
      }));
      expect(await readContent(await ask({ model: 'Echo', stream: true }))).toBe(WORDS);
      expect(proxy.passed).toEqual([]);
      await stop();
    });

    test('does not take this machine’s own addresses to it, and follows no other variable', async () => {
      const dead = 'http://127.0.0.1:1';
      const server = await start({
        POE_BASE_URL: poe.url,
        PROXY: dead,
        HTTPS_PROXY: dead,
        HTTP_PROXY: dead,
        http_proxy: dead,
        ALL_PROXY: dead,
      });
      const response = await newCaller(server.url, poe).ask({ model: 'Echo', stream: true });
      expect(await readContent(response)).toBe(WORDS);
      await server.stop();
    });

    test('follows no variable for plain http that is not its own setting', async () => {
      const { ask, proxy, stop } = await startBoth({ servers: servers.plain }, (address) => ({
        POE_BASE_URL: `http://0.0.0.0:${new URL(poe.url).port}`,
        HTTP_PROXY: `http://${address}`,
        http_proxy: `http://${address}`,
        HTTPS_PROXY: `http://${address}`,
        ALL_PROXY: `http://${address}`,
      }));
      expect(await readContent(await ask({ model: 'Echo', stream: true }))).toBe(WORDS);
      expect(proxy.passed).toEqual([]);
      await stop();
    });

    test.each([
      { what: 'is down', scheme: 'http', options: undefined, says: /reached.* PROXY/ },
      { what: 'is down', scheme: 'https', options: undefined, says: /reached.* PROXY/ },
      { what: 'wants a login', scheme: 'http', options: { login: LOGIN }, says: /PROXY.*\(407\)/ },
      { what: 'wants a login', scheme: 'https', options: { login: LOGIN }, says: /PROXY.*\(407\)/ },
      { what: 'refuses', scheme: 'https', options: { refusal: 403 }, says: /PROXY.*not let/ },
    ])(
      'says 502 where it $what, and names the setting and no address ($scheme)',
      async ({ scheme, options, says }) => {
        const { ask, proxy, requests, stop } = await startBoth(
          { servers: servers.plain, ...options },
          (address) => ({
            ...poeAt(scheme),
            PROXY: `http://bob:canary@${options ? address : '127.0.0.1:1'}`,
          }),
        );
        for (const stream of [true, false]) {
          const response = await ask({ model: 'Echo', stream });
          expect(response.status).toBe(502);
          const { error } = (await response.json()) as { error: { message: string } };
          expect(error.message).toMatch(says);
          expect(error.message).not.toMatch(/bob|canary|127\.0|\.test/);
        }
        expect(requests()).toEqual([]);
        const { stdout, stderr } = await stop();
        expect(stdout + stderr).not.toMatch(/bob|canary|Basic /);
        expect(stderr).toBe('');
        expect(proxy.passed.length > 0).toBe(options !== undefined);
      },
    );

    test.each([
      { scheme: 'http', model: 'Slow', begins: true },
      { scheme: 'https', model: 'Slow', begins: true },
      { scheme: 'https', model: 'Silent-Start', begins: false },
    ])(
      'ends the call when the client of $model leaves ($scheme)',
      async ({ scheme, model, begins }) => {
        const { ask, proxy, stop, waitFor } = await startBoth(
          { servers: scheme === 'http' ? servers.plain : servers.secure },
          (address) => ({ ...poeAt(scheme), PROXY: `http://${address}` }),
        );
        const leaving = new AbortController();
        const asked = ask({ model, stream: true }, { signal: leaving.signal });
        asked.catch(() => undefined);
        const text = begins ? readData(await asked) : undefined;
        await text?.next();
        await waitFor();
        expect(proxy.open()).toBeGreaterThan(0);
        leaving.abort();
        await expect(text ? text.next() : asked).rejects.toThrow(/abort/);
        await expect(waitFor('aborted')).resolves.toBeDefined();
        await stop();
        await vi.waitFor(() => expect(proxy.open()).toBe(0));
      },
    );

    test('does not start with a proxy that it cannot use', async () => {
      const { code, stderr } = await launchServer({ PROXY: 'socks5://ann:canary@a.test' }).exit;
      expect(code).toBe(1);
      expect(stderr).toMatch(/PROXY must be .*SOCKS is not supported/);
      expect(stderr).not.toMatch(/canary|a\.test/);
    });
  });
}

describeProxies('Node', (env) => launchNode(env));
withRuntime('Bun', findBun(), (bun) => describeProxies('Bun', (env) => launchBun(bun, env)));
withRuntime('Deno', findDeno(), (deno) =>
  describeProxies('Deno', (env) => launchDenoServer(deno, env)),
);
