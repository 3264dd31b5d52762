/**
 * Redis over HTTP, as Upstash serves it: for hosts without TCP, and for any other.
 *
 * @see https://upstash.com/docs/redis/features/restapi
 */
import { readReplyText } from '../http/call.ts';
import { isJsonObject, parseJson } from '../lib/json.ts';
import type { Platform } from '../platform.ts';
import { amountsOfPairs, type Store, StoreRefusal } from './store.ts';

/** Of an answer, in bytes: more than any value that is kept. */
const MOST = 128 * 1024 * 1024;
/** Of a call, in milliseconds. */
const PATIENCE = 10_000;

/** As in Redis itself. */
const PREFIX = 'poeway:';

type Command = readonly (string | number)[];

/** @param url Without a trailing slash. */
export function upstashStore(url: string, token: string, send: Platform['send']): Store {
  async function ask(path: string, commands: Command | readonly Command[]): Promise<unknown> {
    const call = {
      method: 'POST',
      url: url + path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(commands),
    } as const;
    const reply = await send(call, AbortSignal.timeout(PATIENCE));
    const answer = parseJson(await readReplyText(reply, MOST));
    const { status } = reply;
    const words = `HTTP ${status}`;
    // A command that is refused, one that is too large for the plan among them.
    if (status === 400 || status === 413) throw new StoreRefusal(words);
    if (status !== 200) throw new Error(words);
    return answer;
  }

  async function run(...command: Command): Promise<unknown> {
    return resultOf(await ask('', command));
  }

  return {
    async get(key) {
      const value = await run('GET', PREFIX + key);
      return typeof value === 'string' ? value : undefined;
    },
    async set(key, value, ttl) {
      await run('SET', PREFIX + key, value, 'PX', Math.ceil(ttl));
    },
    async delete(key) {
      await run('DEL', PREFIX + key);
    },
    async count(key, amounts, ttl) {
      const name = PREFIX + key;
      const added: Command[] = Object.entries(amounts).map(([field, amount]) => [
        'HINCRBY',
        name,
        field,
        amount,
      ]);
      if (added.length > 0) added.push(['PEXPIRE', name, Math.ceil(ttl)]);
      const answers = await ask('/multi-exec', [...added, ['HGETALL', name]]);
      const results = Array.isArray(answers) ? answers.map(resultOf) : [];
      return amountsOfPairs(results.at(-1));
    },
    sharesCounts: true,
  };
}

function resultOf(answer: unknown): unknown {
  if (isJsonObject(answer) && 'result' in answer) return answer['result'];
  throw new Error('no result');
}
