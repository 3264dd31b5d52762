/**
 * Redis (or Valkey) over TCP, by its official client, for servers. The client connects again by
 * itself; a call while there is no connection fails at once.
 *
 * @see https://github.com/redis/node-redis
 */
import type { RedisClientType } from '@redis/client';
import { amountsOfPairs, type Store } from '../stores/store.ts';

type None = Record<never, never>;
type Client = RedisClientType<None, None, None, 2>;

const PREFIX = 'poeway:';

/** In milliseconds. */
const CONNECT_TIMEOUT = 4_000;
const LONGEST_PAUSE = 2_000;

/** @param url `redis://…`, or `rediss://…` with TLS; a login and the database's number are part of it. */
export function redisStore(url: string): Store {
  let failure: unknown;
  // The client is loaded only where it is used.
  const connecting = connect(url, (error) => (failure = error));

  async function run<Value>(ask: (client: Client) => Promise<Value>): Promise<Value> {
    const client = await connecting;
    try {
      return await ask(client);
    } catch (error) {
      // That there is no connection is less than why.
      throw failure ?? error;
    }
  }

  return {
    get: (key) => run(async (client) => (await client.get(PREFIX + key)) ?? undefined),
    async set(key, value, ttl) {
      const expiration = { type: 'PX', value: Math.ceil(ttl) } as const;
      await run((client) => client.set(PREFIX + key, value, { expiration }));
    },
    async delete(key) {
      await run((client) => client.del(PREFIX + key));
    },
    count: (key, amounts, ttl) =>
      run(async (client) => {
        const name = PREFIX + key;
        const multi = client.multi();
        const added = Object.entries(amounts);
        for (const [field, amount] of added) multi.hIncrBy(name, field, amount);
        if (added.length > 0) multi.pExpire(name, Math.ceil(ttl));
        return amountsOfPairs((await multi.addCommand(['HGETALL', name]).exec()).at(-1));
      }),
    sharesCounts: true,
  };
}

/** Resolves when it is clear whether there is a connection; never rejects for want of one. */
async function connect(url: string, note: (failure: unknown) => void): Promise<Client> {
  const { createClient } = await import('@redis/client');
  const client: Client = createClient({
    url,
    // In its third version sums would come as an object, without one that is named `__proto__`.
    RESP: 2,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT,
      reconnectStrategy: (attempts) => Math.min(100 * attempts, LONGEST_PAUSE),
    },
  });
  // The connection alone is no reason for the process to go on.
  client.unref();
  return await new Promise((resolve) => {
    client.on('ready', () => {
      note(undefined);
      resolve(client);
    });
    client.on('error', (error: unknown) => {
      note(error);
      resolve(client);
    });
    // It tells of the failure by the event too, and goes on trying.
    client.connect().catch(note);
  });
}
