/**
 * What the probes of the platforms share: a copy of the checkout, processes that never outlive the
 * probe, and a smoke test over HTTP. Says what it saw in words, for a table that people read.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PlatformRow } from './platform.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
/** How long a tool may take to print what it is waited for, in milliseconds. */
const PATIENCE = 120_000;
/** How long one answer may take: some of the tools start a process for each request. */
const ANSWER_PATIENCE = 60_000;
/** Between asking a process to stop and ending it by force. */
const GRACE = 5_000;
const LEAST_READS = 5;

/** Copies what a fresh clone of the working tree would have: tracked and new files, nothing ignored. */
export async function copyCheckout(target: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', list, { cwd: CHECKOUT });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    // A file that is deleted and not yet committed is still listed.
    await cp(join(CHECKOUT, file), join(target, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Which of the developer's variables a tool needs: to find its files, and to reach the registry. */
const HANDED_ON =
  /^(PATH|HOME|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|npm_config_registry)$/i;

/** Where and with what a tool runs. */
export interface Surroundings {
  readonly cwd: string;
  /** Folders that come before the PATH. */
  readonly path?: readonly string[];
  /** Further variables; of the developer's own only {@link HANDED_ON} are. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A tool under way. */
export interface Running {
  /** The first match in all that it prints; rejects when it ends without one, or takes too long. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves when it has ended by itself; rejects, with what it printed, unless with 0. */
  readonly done: Promise<string>;
  /** Ends it and all that it has started. */
  stop(): Promise<void>;
}

const alive = new Set<ChildProcess>();
process.once('exit', () => alive.forEach((child) => signalGroup(child, 'SIGKILL')));
for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
  process.once(signal, () => process.exit(code));

/** Starts a tool in a process group of its own. */
export function start(program: string, args: readonly string[], around: Surroundings): Running {
  const own = Object.entries(process.env).filter(([name]) => HANDED_ON.test(name));
  const { PATH = '', ...others } = Object.fromEntries(own);
  const path = [...(around.path ?? []), PATH].join(':');
  const child = spawn(program, args, {
    cwd: around.cwd,
    env: { ...others, CI: '1', ...around.env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  alive.add(child);
  let printed = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      for (const watch of watchers) watch();
    });

  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const command = [program, ...args].join(' ');
  const done = ended.then((code) => {
    alive.delete(child);
    if (code === 0) return printed;
    throw new Error(`${command} ended with ${code}:\n${printed}`);
  });
  // Whoever stops a server does not wait for it to end well.
  done.catch(() => undefined);

  return {
    done,
    output: () => printed,
    prints(pattern) {
      return new Promise((resolve, reject) => {
        const fail = (why: string): void =>
          reject(new Error(`${command} ${why} ${pattern}:\n${printed}`));
        const timer = setTimeout(() => fail('took too long to print'), PATIENCE);
        const watch = (): void => {
          const match = pattern.exec(printed);
          if (!match) return;
          clearTimeout(timer);
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        const end = (): void => {
          clearTimeout(timer);
          fail('ended without printing');
        };
        ended.then(end, end);
      });
    },
    async stop() {
      signalGroup(child, 'SIGTERM');
      await Promise.race([ended, sleep(GRACE, undefined, { ref: false })]);
      // What it started itself may outlive it.
      signalGroup(child, 'SIGKILL');
      await ended;
    },
  };
}

/** Runs a tool to its end; resolves to what it printed. */
export function run(
  program: string,
  args: readonly string[],
  around: Surroundings,
): Promise<string> {
  return start(program, args, around).done;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: all of it has ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** `1.2 s` since a time of `performance.now()`. */
export function secondsSince(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}

/** The settings that {@link smoke} looks for; every probe starts the app with them. */
export function smokeSettings(poe: string): { POE_BASE_URL: string; DEFAULT_MODEL: string } {
  return { POE_BASE_URL: poe, DEFAULT_MODEL: 'Shouts' };
}

/** What the smoke test fills of a row. */
export type SmokeCells = Pick<PlatformRow, 'health' | 'streams' | 'whole' | 'env'>;

/** @param url Where the app is mounted, no slash at the end. */
export async function smoke(url: string): Promise<SmokeCells> {
  return {
    health: await cell(async () => {
      const response = await fetch(`${url}/health`, { signal: patience() });
      const text = await response.text();
      return [response.status === 200 && text === 'OK', `${response.status} ${text}`];
    }),
    streams: await cell(() => streams(url)),
    whole: await cell(async () => {
      const text = await content(await ask(url, { model: 'Echo' }));
      return [text === QUESTION, text];
    }),
    env: await cell(async () => {
      const text = await content(await ask(url, {}));
      return [text === QUESTION.toUpperCase(), text];
    }),
  };
}

const QUESTION = 'Hello there, world';

function patience(): AbortSignal {
  return AbortSignal.timeout(ANSWER_PATIENCE);
}

function ask(url: string, body: object): Promise<Response> {
  const messages = [{ role: 'user', content: QUESTION }];
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key-of-the-smoke-test', 'content-type': 'application/json' },
    body: JSON.stringify({ messages, ...body }),
    signal: patience(),
  });
}

async function content(response: Response): Promise<string> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  const { choices } = JSON.parse(text) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? '';
}

/** Poe's `Slow` says twenty words with pauses between them: fewer reads are a buffer and no stream. */
async function streams(url: string): Promise<[boolean, string]> {
  const begin = performance.now();
  const response = await ask(url, { model: 'Slow', stream: true });
  let first: number | undefined;
  let reads = 0;
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    first ??= performance.now() - begin;
    reads += 1;
    text += piece;
  }
  const whole = text.includes('twenty') && text.trimEnd().endsWith('data: [DONE]');
  const seen = `${reads} reads, the first after ${Math.round(first ?? 0)} ms`;
  return [whole && reads >= LEAST_READS, whole ? seen : `${response.status} ${text}`];
}

/** What a check saw; one that fails begins with NO, in one short line. */
async function cell(check: () => Promise<[boolean, string]>): Promise<string> {
  const [good, seen] = await check().catch((error: unknown): [boolean, string] => [
    false,
    String(error),
  ]);
  const line = seen.replace(/\s+/g, ' ').slice(0, 120);
  return good ? line : `NO: ${line}`;
}
