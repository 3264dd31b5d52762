/**
 * What a server of one's own owes beside the host suite, on Node, Bun and Deno: its start, its end,
 * and its connections to Poe.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { newCaller } from './_caller.ts';
import { contentOf, type ChatChunk, readContent, readData } from './_client.ts';
import { LISTENS } from './_node.ts';
import type { Launched } from './_process.ts';

/** Lists what a server of one's own owes beside the host suite: its start, its end, its sockets. */
export function describeServer(
  name: string,
  launchServer: (env: Readonly<Record<string, string>>) => Launched,
): void {
  describe.concurrent(`${name} as a process`, () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await startSimulator();
    });
    afterAll(() => simulator.close());
    const folders: string[] = [];
    afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

    async function start(env: Readonly<Record<string, string>>): Promise<[Launched, string]> {
      const server = launchServer(env);
      const [, url = ''] = await server.prints(LISTENS);
      return [server, url];
    }

    /** A fresh server with an answer of that bot's under way. */
    async function startAnswering(
      model: string,
    ): Promise<[Launched, string, ReturnType<typeof readData>]> {
      const [server, url] = await start({ POE_BASE_URL: simulator.url });
      const answer = readData(await newCaller(url, simulator).ask({ model, stream: true }));
      await answer.next();
      return [server, url, answer];
    }

    test('finishes an open answer on SIGTERM, takes no new connection, and exits with 0', async (context) => {
      const [server, url, answer] = await startAnswering('Slow');
      server.kill('SIGTERM');
      await server.prints(/"message":"Poeway stops/);
      await context.expect.poll(() => connecting(url)).toBe('ECONNREFUSED');
      const texts: string[] = [];
      for await (const { data } of answer) texts.push(data);
      expect(texts.pop()).toBe('[DONE]');
      const content = texts.map((text) => contentOf(JSON.parse(text) as ChatChunk)).join('');
      expect(content).toMatch(/nineteen twenty$/);
      expect(await server.exit).toMatchObject({ code: 0, stderr: '' });
    });

    test('does not wait for a connection on which nobody asks', async () => {
      const [server, url] = await start({ POE_BASE_URL: simulator.url });
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      // It has arrived at the server too when that has answered another.
      expect((await fetch(`${url}/health`)).status).toBe(200);
      socket.on('error', () => undefined);
      expect(await server.stop()).toMatchObject({ code: 0, signal: null });
    });

    test('does not wait for the open answer on a second SIGTERM', async () => {
      const [server, , answer] = await startAnswering('Silent');
      server.kill('SIGTERM');
      await server.prints(/"message":"Poeway stops/);
      server.kill('SIGTERM');
      expect(await server.exit).toMatchObject({ code: 1, stderr: '' });
      await expect(answer.next()).rejects.toThrow('terminated');
    });

    /** A new folder with these files, for `CONFIG_DIR`. */
    async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'poeway-files-'));
      folders.push(folder);
      for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
      return folder;
    }

    test('names every wrong setting at once, without its value, and exits with 1', async () => {
      const files = { 'config.toml': 'idle-timeout = "secret-3"', 'models.yaml': '- secret-4' };
      const env = { PORT: 'secret-1', TIMEOUT: '-17', POE_BASE_URL: 'ftp://secret-2' };
      const CONFIG_DIR = await folderOf(files);
      const { code, stdout, stderr } = await launchServer({ ...env, CONFIG_DIR }).exit;
      expect(code).toBe(1);
      expect(stdout).toBe('');
      for (const setting of [...Object.keys(env), 'idle-timeout in config\\.toml', 'models\\.yaml'])
        expect(stderr).toMatch(new RegExp(`^  - ${setting} must be `, 'm'));
      expect(stderr).not.toMatch(/secret|-17|ftp/);
      expect(stderr).not.toMatch(/^\s+at /m);
    });

    test('says in one line that its port, which is in a file, is taken, and exits with 1', async () => {
      const other = createServer();
      const port = await listen(other);
      const CONFIG_DIR = await folderOf({ 'config.toml': `port = ${port}` });
      const { code, stderr } = await launchServer({ PORT: '', CONFIG_DIR }).exit;
      other.close();
      expect(code).toBe(1);
      expect(stderr).toMatch(/^.* in use.*\n$/);
      expect(stderr).toContain(String(port));
    });

    test.runIf(hasIPv6())('says its address in brackets where it is one of IPv6', async () => {
      const [server, url] = await start({ HOST: '::1', POE_BASE_URL: simulator.url });
      expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
      expect((await fetch(`${url}/health`)).status).toBe(200);
      await server.stop();
    });

    test('asks Poe again over a connection that it has, and keeps none that a client left', async (context) => {
      let opened = 0;
      let open = 0;
      const counted = relay(simulator.url, (change) => {
        open += change;
        if (change > 0) opened += 1;
      });
      const port = await listen(counted);
      const [server, url] = await start({ POE_BASE_URL: `http://127.0.0.1:${port}` });
      const { ask, waitFor } = newCaller(url, simulator);
      for (let asked = 0; asked < 50; asked += 1)
        await readContent(await ask({ model: 'Echo', stream: true }));
      // The list has been fetched beside them, and a fast client may ask before the last byte is read.
      expect(opened).toBeLessThanOrEqual(8);
      await Promise.all(
        Array.from({ length: 20 }, async (_, client) => {
          const leaving = new AbortController();
          const model = client % 2 === 0 ? 'Slow' : 'Silent';
          const response = await ask({ model, stream: true }, { signal: leaving.signal });
          await readData(response).next();
          leaving.abort();
        }),
      );
      await waitFor('aborted');
      // undici opens another for one that it has closed, and gives it up when it is idle for 4 s.
      await context.expect.poll(() => open, { timeout: 8000 }).toBeLessThanOrEqual(2);
      await server.stop();
      counted.close();
    });
  });
}

/** What becomes of a new connection. */
function connecting(url: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false }, () => resolve('accepted'));
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}

function hasIPv6(): boolean {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.some((address) => address?.address === '::1');
}

/** Listens on a free port of loopback, which it gives back. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port of loopback that is free now: for files and programs that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Every connection to the simulator goes through it, and is counted: 1 when it opens, -1 when it ends. */
function relay(url: string, count: (change: 1 | -1) => void): Server {
  return createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    count(1);
    near.once('close', () => count(-1));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const)
      from
        .on('error', () => to.destroy())
        .on('close', () => to.destroy())
        .pipe(to);
  });
}
