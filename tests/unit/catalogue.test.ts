/**
 * Poe's model list in memory: ten minutes fresh, served stale when Poe fails, asked for without
 * anybody's key, and never kept when it took a key to see it.
 */
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/catalogue.ts';
import { readConfig } from '../../src/config.ts';
import type { Platform } from '../../src/platform.ts';
import { jsonReply, type RecordedReply, replayPlatform } from '../golden/replay.ts';

const MINUTE = 60_000;

/** A catalogue on a clock that the test moves. `answer` may change between calls. */
function shelf(first: () => RecordedReply | Promise<RecordedReply>) {
  const state = { time: 0, answer: first };
  const replayed = replayPlatform(() => state.answer());
  const platform: Platform = { ...replayed, now: () => state.time };
  const catalogue = createCatalogue(readConfig({}), platform);
  const ids = async (key?: string): Promise<readonly string[]> => [
    ...(await catalogue.load(key === undefined ? undefined : () => key)).keys(),
  ];
  /** What is at hand, and the renewal that was begun beside it. */
  const peek = (): { ids: readonly string[]; renewal: Promise<void> | undefined } => {
    let renewal: Promise<void> | undefined;
    const copy = catalogue.peek((work) => (renewal = work));
    return { ids: [...(copy?.keys() ?? [])], renewal };
  };
  const keys = (): readonly (string | undefined)[] =>
    replayed.calls.map(({ headers }) => headers['authorization']);
  return { state, catalogue, ids, peek, keys, calls: replayed.calls, lines: replayed.lines };
}

const list =
  (...ids: readonly string[]) =>
  (): RecordedReply =>
    jsonReply({ object: 'list', data: ids.map((id) => ({ id })) });

const refusal = (status: number) => (): RecordedReply =>
  jsonReply({ error: { message: 'No.' } }, status);

describe('the catalogue', () => {
  it('asks once in ten minutes, and never with a key', async () => {
    const { state, ids, keys } = shelf(list('a'));
    expect(await ids('k1')).toEqual(['a']);
    state.answer = list('b');
    state.time = 10 * MINUTE - 1;
    expect(await ids('k2')).toEqual(['a']);
    state.time = 10 * MINUTE;
    expect(await ids('k2')).toEqual(['b']);
    expect(keys()).toEqual([undefined, undefined]);
  });

  it.each([
    { what: 'an error', answer: refusal(500) },
    { what: 'a rate limit', answer: refusal(429) },
    { what: 'garbage', answer: () => jsonReply('nothing') },
    {
      what: 'no connection',
      answer: () => {
        throw new Error('down');
      },
    },
  ])('serves the last copy, however old, on $what', async ({ answer }) => {
    const { state, ids } = shelf(list('a'));
    await ids();
    state.answer = answer;
    state.time = 100 * 60 * MINUTE;
    expect(await ids('k')).toEqual(['a']);
  });

  it('asks a failing Poe again after some seconds, not with every request', async () => {
    const { state, ids, calls } = shelf(list('a'));
    await ids();
    state.answer = refusal(503);
    state.time = 11 * MINUTE;
    for (let turn = 0; turn < 5; turn++) await ids();
    expect(calls).toHaveLength(2);
    state.answer = list('b');
    state.time += MINUTE;
    expect(await ids()).toEqual(['b']);
  });

  it('fails when Poe fails and there is no copy', async () => {
    const { ids, peek } = shelf(refusal(502));
    await expect(ids()).rejects.toMatchObject({ kind: 'upstream-failed' });
    expect(peek().ids).toEqual([]);
  });

  it('tries with the key when Poe shows its list to nobody, and does not keep what it gets', async () => {
    const { state, ids, keys, peek } = shelf(refusal(401));
    const answers = [refusal(401), list('private')];
    state.answer = () => (answers.shift() ?? refusal(401))();
    expect(await ids('k1')).toEqual(['private']);
    expect(keys()).toEqual([undefined, 'Bearer k1']);
    expect(peek().ids).toEqual([]);
    await expect(ids('k2')).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(keys()).toEqual([undefined, 'Bearer k1', undefined, 'Bearer k2']);
  });

  it('serves the last copy when Poe shows its list to nobody and fails with the key too', async () => {
    const { state, ids } = shelf(list('a'));
    await ids();
    const answers = [refusal(401), refusal(500)];
    state.answer = () => (answers.shift() ?? refusal(500))();
    state.time = 11 * MINUTE;
    expect(await ids('k')).toEqual(['a']);
  });

  it('serves the copy at hand to requests that come while it is being renewed', async () => {
    const { state, ids, calls } = shelf(list('a'));
    await ids();
    let arrive: (reply: RecordedReply) => void = () => undefined;
    state.answer = () => new Promise<RecordedReply>((resolve) => (arrive = resolve));
    state.time = 11 * MINUTE;
    const renewing = ids();
    expect(await Promise.all([ids(), ids()])).toEqual([['a'], ['a']]);
    arrive(list('b')());
    expect(await renewing).toEqual(['b']);
    expect(await ids()).toEqual(['b']);
    expect(calls).toHaveLength(2);
  });

  it('answers concurrent first requests, each with the list', async () => {
    const { ids } = shelf(list('a'));
    expect(await Promise.all([ids(), ids(), ids()])).toEqual([['a'], ['a'], ['a']]);
  });

  it('peeks without waiting for anybody, and fetches beside it what is missing or old', async () => {
    const { state, peek, calls } = shelf(list('a'));
    const { ids, renewal } = peek();
    expect(ids).toEqual([]);
    await renewal;
    expect(peek()).toEqual({ ids: ['a'], renewal: undefined });
    state.answer = list('b');
    state.time = 10 * MINUTE;
    const stale = peek();
    expect(stale.ids).toEqual(['a']);
    await stale.renewal;
    expect(peek()).toEqual({ ids: ['b'], renewal: undefined });
    expect(calls).toHaveLength(2);
  });

  it('peeks at a failing Poe only every few seconds, and says so in the log', async () => {
    const { state, peek, calls, lines } = shelf(refusal(500));
    await peek().renewal;
    expect(peek().renewal).toBeUndefined();
    expect(lines).toMatchObject([{ level: 'warn', fields: { error: 'upstream_error' } }]);
    state.time = MINUTE;
    await peek().renewal;
    expect(calls).toHaveLength(2);
  });

  it('asks whether Poe is there whatever is at hand, but once in ten seconds', async () => {
    const { state, ids, catalogue, calls } = shelf(list('a'));
    await ids();
    await catalogue.check();
    expect(calls).toHaveLength(2);
    state.answer = refusal(500);
    state.time = 9_999;
    await catalogue.check();
    expect(calls).toHaveLength(2);
    for (state.time = 10_000; state.time < 20_000; state.time += 3_000)
      await expect(catalogue.check()).rejects.toMatchObject({ kind: 'upstream-failed' });
    expect(calls).toHaveLength(3);
    state.answer = list('a');
    state.time = 20_000;
    await catalogue.check();
    expect(calls).toHaveLength(4);
  });

  it('lets all who come while one asks whether Poe is there wait for what that one finds', async () => {
    let arrive: (reply: RecordedReply) => void = () => undefined;
    const { catalogue, calls } = shelf(() => new Promise((resolve) => (arrive = resolve)));
    const checks = Array.from({ length: 50 }, () => catalogue.check());
    expect(calls).toHaveLength(1);
    arrive(list('a')());
    await Promise.all(checks);
    expect(calls).toHaveLength(1);
  });

  it('asks itself when the one who asks does not come back', async () => {
    const { state, catalogue, calls } = shelf(() => new Promise(() => undefined));
    void catalogue.check();
    state.answer = list('a');
    state.time = 10_000;
    await catalogue.check();
    expect(calls).toHaveLength(2);
  });
});
