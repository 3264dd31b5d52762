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

/**
 * So long without an answer the connection is given up, in milliseconds: nobody may be at its other end any
 * more. By then nobody waits for the answer either (`stores/steady.ts`).
 */
const PATIENCE = 7_000;

interface Connection {
  /** Resolves when it is clear whether there is one; never rejects for want of one. */
  readonly client: Promise<Client>;
  /** Why there is none. */
  failure(): unknown;
  close(): void;
}

/**
 * @param url `redis://…`, or `rediss://…` with TLS; a login and the database's number are part of it.
 * @param patience Milliseconds.
 */
export function redisStore(url: string, patience = PATIENCE): Store {
  let connection = connect(url);

  async function run<Value>(ask: (client: Client) => Promise<Value>): Promise<Value> {
    const mine = connection;
    const timer = setTimeout(() => {
      if (connection !== mine) return;
      connection = connect(url);
      mine.close();
    }, patience);
    try {
      return await ask(await mine.client);
    } catch (error) {
      // That there is no connection is less than why.
      throw mine.failure() ?? error;
    } finally {
      clearTimeout(timer);
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

function connect(url: string): Connection {
  let failure: unknown;
  let close = (): void => undefined;
  // The client is loaded only where it is used.
  const client = import('./redis-client.ts').then(({ createClient }) => {
    const made: Client = createClient({
      url,
      // In its third version sums would come as an object, without one that is named `__proto__`.
      RESP: 2,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_TIMEOUT,
        reconnectStrategy: (attempts) => Math.min(100 * attempts, LONGEST_PAUSE),
      },
    });
    close = () => {
      failure = new Error('no answer in time');
      made.destroy();
    };
    // The connection alone is no reason for the process to go on.
    made.unref();
    return new Promise<Client>((resolve) => {
      made.on('ready', () => {
        failure = undefined;
        resolve(made);
      });
      made.on('error', (error: unknown) => {
        failure = error;
        resolve(made);
      });
      // It tells of the failure by the event too, and goes on trying.
      made.connect().catch((error: unknown) => (failure = error));
    });
  });
  return { client, failure: () => failure, close: () => close() };
}
