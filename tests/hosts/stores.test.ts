/**
 * Stores under real hosts: what one gateway keeps another one finds, a Redis that dies costs nobody
 * an answer, and a store that a host does not have is said at once.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { findRedis, startRedis } from '../unit/stores/_redis.ts';
import { startUpstash } from '../unit/stores/_upstash.ts';
import { findBun, launchBun } from './_bun.ts';
import { makeCertificate } from './_certificate.ts';
import { DENO_ENVIRONMENT, findDeno } from './_deno.ts';
import { launchNode, LISTENS } from './_node.ts';
import { continuesAt, respond } from './_conversation.ts';
import { launch, type Launched } from './_process.ts';
import { withRuntime } from './_runtime.ts';
import { workerd } from './_workerd.ts';

type Launch = (env: Readonly<Record<string, string>>) => Launched;

let simulator: Simulator;
const folders: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => {
  await simulator.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

interface Gateway {
  readonly url: string;
  readonly process: Launched;
}

async function start(
  launchServer: Launch,
  env: Readonly<Record<string, string>>,
): Promise<Gateway> {
  const server = launchServer({ POE_BASE_URL: simulator.url, ...env });
  const [, url = ''] = await server.prints(LISTENS);
  return { url, process: server };
}

const continues = (url: string, id: string): Promise<void> => continuesAt(simulator, url, id);

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'poeway-stores-'));
  folders.push(folder);
  return folder;
}

const DENO_FLAGS = ['--unstable-no-legacy-abort', '--unstable-kv', '--allow-net', '--allow-env'];

function denoServer(deno: string, flags: readonly string[]): Launch {
  const basics = { ...DENO_ENVIRONMENT, PORT: '0', HOST: '127.0.0.1' };
  return (env) =>
    launch(deno, ['run', ...DENO_FLAGS, ...flags, 'src/hosts/deno-server.ts'], {
      ...basics,
      ...env,
    });
}

/** Servers that share files and Redis. */
function listSharing(name: string, launchServer: (folder: string) => Launch): void {
  describe.concurrent(`${name} shares what is kept`, () => {
    test('keeps responses in a folder over a restart', async () => {
      const folder = await temporary();
      const env = { STORE: `file:${folder}` };
      const first = await start(launchServer(folder), env);
      const { id } = await respond(first.url, 'Hello');
      await vi.waitFor(async () => expect((await respond(first.url, 'Hi', id)).status).toBe(200));
      expect(await first.process.stop()).toMatchObject({ code: 0, stderr: '' });
      const second = await start(launchServer(folder), env);
      await continues(second.url, id);
      expect(await second.process.stop()).toMatchObject({ code: 0, stderr: '' });
    });

    withRuntime('redis-server', findRedis(), (program) => {
      test('finds in Redis what another gateway answered; without Redis it answers on, with one warning', async () => {
        const redis = await startRedis(program);
        const env = { STORE: redis.url };
        const launcher = launchServer('.');
        const gateways = [await start(launcher, env), await start(launchNode, env)] as const;
        const [one, other] = gateways;
        const { id } = await respond(one.url, 'Hello');
        await continues(other.url, id);
        await redis.stop();
        for (const { url } of gateways) {
          const replies = await Promise.all(['a', 'b', 'c'].map((text) => respond(url, text)));
          expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
          await continues(url, replies[0]?.id ?? '');
        }
        const kept = await respond(one.url, 'Kept here meanwhile');
        const again = await startRedis(program, redis.port);
        // Asked until it has seen that Redis is back, and has told it.
        const back = one.process.prints(/The store is back/);
        const asking = setInterval(() => void respond(one.url, 'x'), 500);
        await back.finally(() => clearInterval(asking));
        await vi.waitFor(
          async () => expect((await respond(other.url, 'x', kept.id)).status).toBe(200),
          8_000,
        );
        for (const { process } of gateways) {
          const { code, stdout, stderr } = await process.stop();
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
          expect(stdout.match(/The store does not answer/g)).toHaveLength(1);
        }
        await again.stop();
      }, 40_000);

      test('starts though Redis is not there', async () => {
        const gateway = await start(launchServer('.'), { STORE: 'redis://127.0.0.1:1' });
        const { status, id } = await respond(gateway.url, 'Hello');
        expect(status).toBe(200);
        await continues(gateway.url, id);
        const { code, stdout } = await gateway.process.stop();
        expect(code).toBe(0);
        expect(stdout).toContain('ECONNREFUSED');
      });
    });
  });
}

listSharing('Node', () => (env) => launchNode(env));
withRuntime('Bun', findBun(), (bun) => listSharing('Bun', () => (env) => launchBun(bun, env)));
withRuntime('Deno', findDeno(), (deno) => {
  listSharing('Deno', (folder) =>
    denoServer(deno, [`--allow-read=${folder}`, `--allow-write=${folder}`]),
  );

  test('Deno KV keeps a long conversation, over a restart', async () => {
    const folder = await temporary();
    // Where Deno keeps it is by the script; a folder of its own keeps tests apart.
    const env = { STORE: 'deno-kv' };
    const launcher: Launch = (given) =>
      denoServer(deno, [`--location=http://${folder.split('/').at(-1)}.test`])(given);
    const first = await start(launcher, env);
    const { id } = await respond(first.url, 'long '.repeat(50_000));
    await expect.poll(async () => (await respond(first.url, 'Hi', id)).status).toBe(200);
    await first.process.stop();
    const second = await start(launcher, env);
    await continues(second.url, id);
    expect(await second.process.stop()).toMatchObject({ code: 0 });
  });

  test('Deno KV loses no count of three that count at the same time', async () => {
    const file = join(await temporary(), 'kv');
    const args = ['run', '--unstable-kv', '--allow-all', 'tests/hosts/_deno-kv-counts.ts', file];
    const { stdout } = await launch(deno, args, DENO_ENVIRONMENT).exit;
    const sums = '{"a":60,"__proto__":-120}';
    expect(stdout).toBe(`[${sums},${sums},${sums}]\n`);
  });

  test('Deno without its flag says what it needs', async () => {
    const server = launch(deno, ['run', '--allow-net', '--allow-env', 'src/hosts/deno-server.ts'], {
      ...DENO_ENVIRONMENT,
      PORT: '0',
      STORE: 'deno-kv',
    });
    expect(await server.exit).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--unstable-kv'),
    });
  });
});

withRuntime('redis-server', findRedis(), (program) => {
  test('Redis over TLS is used where its certificate is trusted, and else the log says why not', async () => {
    const certificate = makeCertificate('localhost');
    const redis = await startRedis(program, undefined, certificate);
    const file = join(await temporary(), 'ca.pem');
    await writeFile(file, certificate.cert);
    const trusting = { STORE: redis.url, NODE_EXTRA_CA_CERTS: file };
    const [one, other, stranger] = [
      await start(launchNode, trusting),
      await start(launchNode, trusting),
      await start(launchNode, { STORE: redis.url }),
    ];
    const { id } = await respond(one.url, 'Hello');
    await continues(other.url, id);
    expect((await respond(stranger.url, 'Hello')).status).toBe(200);
    expect((await respond(stranger.url, 'And then?', id)).status).toBe(400);
    for (const { process } of [one, other])
      expect((await process.stop()).stdout).not.toContain('The store does not answer');
    expect((await stranger.process.stop()).stdout).toMatch(
      /The store does not answer.*certificate/,
    );
    await redis.stop();
  });
});

test.each([
  ['cloudflare-kv', 'STORE cannot be cloudflare-kv here'],
  ['upstash', 'UPSTASH_REDIS_REST_URL'],
  ['file:/dev/null/x', 'STORE must be a folder'],
])('Node refuses to start with STORE=%s, in words', async (STORE, words) => {
  const { code, stdout, stderr } = await launchNode({ STORE }).exit;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('/dev/null');
});

test.each([
  [
    'redis://secret@a.test',
    'STORE cannot be redis here: this host has none, memory, upstash, cloudflare-kv.',
  ],
  ['cloudflare-kv', 'STORE=cloudflare-kv needs a KV namespace bound as POEWAY_KV.'],
])('a worker tells every caller what is wrong with STORE=%s', async (STORE, words) => {
  const { url, stop } = await workerd.start({ POE_BASE_URL: simulator.url, STORE });
  const { status, text } = await respond(url, 'Hello');
  await stop();
  expect(status).toBe(500);
  expect(text).toContain(words);
  expect(text).not.toContain('secret');
});

withRuntime('redis-server', findRedis(), (program) => {
  test('a worker and Node share what is kept by Upstash’s REST', async () => {
    const redis = await startRedis(program);
    const upstash = await startUpstash(redis.url);
    const env = {
      STORE: 'upstash',
      UPSTASH_REDIS_REST_URL: upstash.url,
      UPSTASH_REDIS_REST_TOKEN: upstash.token,
    };
    const worker = await workerd.start({ POE_BASE_URL: simulator.url, ...env });
    const node = await start(launchNode, env);
    const { id, status } = await respond(worker.url, 'Hello');
    expect(status).toBe(200);
    await continues(node.url, id);
    await continues(worker.url, id);
    await worker.stop();
    await node.process.stop();
    await upstash.close();
    await redis.stop();
  });
});
