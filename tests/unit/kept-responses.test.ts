/** Responses that are kept: by whose key, for how long, and those that are being answered. */
import { describe, expect, it } from 'vitest';
import type { GatewayError } from '../../src/core/error.ts';
import { createKeptResponses, type ResponseShelf } from '../../src/kept-responses.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { Store } from '../../src/stores/store.ts';
import { replayPlatform } from '../golden/replay.ts';

const INPUT = [
  { role: 'user', content: 'Hello' },
  { id: 'mine', type: 'message' },
];
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  output: [{ id: 'msg_1', type: 'message', role: 'assistant' }],
};

async function shelves(store: Store = memoryStore(() => 0)) {
  const platform = replayPlatform(() => Promise.reject(new Error('no calls')));
  const lines: string[] = [];
  const logging = {
    ...platform,
    log: (_: unknown, words: string) => void lines.push(words),
  };
  const open = createKeptResponses(logging, store);
  const pending: Promise<void>[] = [];
  const shelf = async (key: string): Promise<ResponseShelf> => {
    const opened = await open(key, (work) => void pending.push(work));
    if (!opened) throw new Error('there is a store');
    return opened;
  };
  return { shelf, lines, settled: () => Promise.all(pending) };
}

describe('a kept response', () => {
  it('is there for the key that asked for it, with all that it answered', async () => {
    const { shelf, settled } = await shelves();
    const mine = await shelf('key-one');
    mine.keep(RESPONSE, INPUT);
    await settled();
    const { response, input } = await mine.find('resp_1');
    expect(response).toEqual(RESPONSE);
    expect(input.map(({ id }) => id)).toEqual(['item_resp_1_0', 'mine']);
    expect(await mine.conversation('resp_1')).toEqual([...input, ...RESPONSE.output]);
    expect(await mine.item('msg_1')).toEqual(RESPONSE.output[0]);
  });

  it('is read once for a request, however many of its items that names', async () => {
    const store = memoryStore(() => 0);
    const reads: string[] = [];
    const get = (key: string) => (reads.push(key), store.get(key));
    const { shelf, settled } = await shelves({ ...store, get });
    const output = Array.from({ length: 50 }, (_, at) => ({ id: `msg_${at}`, type: 'message' }));
    (await shelf('key-one')).keep({ ...RESPONSE, output }, INPUT);
    await settled();
    const mine = await shelf('key-one');
    const items = await Promise.all(output.map(({ id }) => mine.item(id)));
    expect(items).toEqual(output);
    expect(reads.filter((key) => key.startsWith('response:'))).toHaveLength(1);
  });

  it('cannot be looked at while the store is broken, which is not the same as lost', async () => {
    const { get, ...rest } = memoryStore(() => 0);
    const broken = (key: string) =>
      key.startsWith('response:') ? Promise.reject(new Error('no connection')) : get(key);
    const { shelf, settled } = await shelves({ ...rest, get: broken });
    const mine = await shelf('key-one');
    mine.keep(RESPONSE, INPUT);
    await settled();
    await expect(mine.item('msg_1')).rejects.toThrow('no connection');
  });

  it('is not there for another key', async () => {
    const { shelf, settled } = await shelves();
    (await shelf('key-one')).keep(RESPONSE, INPUT);
    await settled();
    const other = await shelf('key-two');
    await expect(other.find('resp_1')).rejects.toMatchObject({ kind: 'not-found', status: 404 });
    await expect(other.remove('resp_1')).rejects.toMatchObject({ kind: 'not-found' });
    expect(await other.item('msg_1')).toBeUndefined();
    expect(other.cancel('resp_1')).toBe(false);
  });

  it('is gone with its items once it is deleted', async () => {
    const { shelf, settled } = await shelves();
    const mine = await shelf('key-one');
    mine.keep(RESPONSE, INPUT);
    await settled();
    await mine.remove('resp_1');
    await expect(mine.find('resp_1')).rejects.toMatchObject({ kind: 'not-found' });
    expect(await mine.item('msg_1')).toBeUndefined();
  });

  it('is not kept when it is too large, and the log says so', async () => {
    const { shelf, settled, lines } = await shelves();
    const mine = await shelf('key-one');
    mine.keep({ ...RESPONSE, text: 'x'.repeat(16 * 1024 * 1024) }, INPUT);
    await settled();
    await expect(mine.find('resp_1')).rejects.toMatchObject({ kind: 'not-found' });
    expect(lines).toEqual(['A response is too large to be kept.']);
  });

  it('that a broken store loses costs the client nothing, and the log says so', async () => {
    const broken = () => Promise.reject(new Error('disk full'));
    const { shelf, settled, lines } = await shelves({
      get: broken,
      set: broken,
      delete: broken,
      count: broken,
      sharesCounts: false,
    });
    (await shelf('key-one')).keep(RESPONSE, INPUT);
    await settled();
    expect(lines).toEqual(['A response could not be kept.']);
  });
});

describe('a response that is being answered', () => {
  it('can be cancelled with its key, once', async () => {
    const { shelf } = await shelves();
    const reasons: GatewayError[] = [];
    (await shelf('key-one')).follow('resp_1', (reason) => void reasons.push(reason));
    expect((await shelf('key-two')).cancel('resp_1')).toBe(false);
    expect((await shelf('key-one')).cancel('resp_1')).toBe(true);
    expect((await shelf('key-one')).cancel('resp_1')).toBe(false);
    expect(reasons.map(({ kind }) => kind)).toEqual(['client-gone']);
  });

  it('is no longer to be cancelled when it is over', async () => {
    const { shelf } = await shelves();
    const mine = await shelf('key-one');
    mine.follow('resp_1', () => undefined)();
    expect(mine.cancel('resp_1')).toBe(false);
  });
});

it('without a store there is no shelf', async () => {
  const platform = replayPlatform(() => Promise.reject(new Error('no calls')));
  const open = createKeptResponses(platform, undefined);
  expect(await open('key', () => undefined)).toBeUndefined();
});
