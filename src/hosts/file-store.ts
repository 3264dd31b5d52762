/**
 * A store in a folder, for servers on one machine: a file for each key, named by its digest, with the
 * end of its time in the first line. Only the user who runs the server can read them.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../config.ts';
import { countIn, type Store } from '../stores/store.ts';

/** Where `STORE` names none: in the folder that the server was started in. */
const DEFAULT_FOLDER = '.poeway';
/** How often what is over is cleared away, in milliseconds. */
const SWEEP_EVERY = 60 * 60_000;
/** No time of ours has more digits. */
const LONGEST_HEAD = 24;

/**
 * @param folder Made if it is not there.
 * @param now Milliseconds since 1970.
 * @throws {ConfigError} when it cannot be written.
 */
export function fileStore(folder: string, now: () => number): Store {
  const directory = resolve(folder || DEFAULT_FOLDER);
  prepare(directory);
  let sweepAt = 0;
  /** Counts wait for each other. */
  let counted: Promise<unknown> = Promise.resolve();

  const pathOf = (key: string): string =>
    join(directory, createHash('sha256').update(key).digest('hex'));

  async function get(key: string): Promise<string | undefined> {
    const text = await readFile(pathOf(key), 'utf8').catch(unlessMissing);
    if (text === undefined || !isOfUse(text)) return undefined;
    return /^[\d.]+\n/.test(text) ? text.slice(text.indexOf('\n') + 1) : text;
  }

  async function set(key: string, value: string, ttl: number): Promise<void> {
    if (now() >= sweepAt) {
      sweepAt = now() + SWEEP_EVERY;
      // Nobody waits for it; what ails the folder shows in reading and writing too.
      void sweep().catch(() => undefined);
    }
    const path = pathOf(key);
    // Whoever reads meanwhile, or after a power cut, finds the old one or the new one.
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, `${now() + ttl}\n${value}`, { mode: 0o600 });
    await rename(draft, path);
  }

  /** What does not begin with an end somebody wrote by hand: it goes on. */
  function isOfUse(head: string): boolean {
    const [end] = /^[\d.]+(?=\n)/.exec(head) ?? [];
    return end === undefined || Number(end) > now();
  }

  async function sweep(): Promise<void> {
    for (const name of await readdir(directory)) {
      // Nothing else that lies here is ours; drafts that were never finished are.
      if (!/^[0-9a-f]{64}(\.[\w-]+)?$/.test(name)) continue;
      const path = join(directory, name);
      const head = await readHead(path).catch(unlessMissing);
      if (head !== undefined && !isOfUse(head)) await rm(path, { force: true });
    }
  }

  return {
    get,
    set,
    delete: (key) => rm(pathOf(key), { force: true }),
    count(key, amounts, ttl) {
      const sums = counted.then(() => countIn({ get, set }, key, amounts, ttl));
      counted = sums.catch(() => undefined);
      return sums;
    },
    sharesCounts: false,
  };
}

function prepare(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    readdirSync(directory);
    // Not `access`: it says little of a disk that is read-only, and in Deno needs leave of its own.
    const draft = join(directory, randomUUID());
    writeFileSync(draft, '');
    rmSync(draft);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new ConfigError([`STORE must be a folder that this process may write to${code}.`]);
  }
}

async function readHead(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEAD), 0, LONGEST_HEAD, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
