/** The model map in force, and the store beside the settings. */
import { describe, expect, it } from 'vitest';
import { Mistakes } from '../../src/lib/mistakes.ts';
import { createModelMaps } from '../../src/model-maps.ts';
import { type ModelMap, readModelMap } from '../../src/policy/model-map.ts';

function mapOf(json: object): ModelMap {
  const map = readModelMap(JSON.stringify(json));
  if (map === undefined || map instanceof Mistakes) throw new Error(JSON.stringify(map));
  return map;
}

const SETTING = mapOf({ a: 'From-Settings', b: 'From-Settings' });

/** A store of one text, and maps before it. */
function setUp(first?: string) {
  let time = 1_000_000;
  let text = first;
  let failure: Error | undefined;
  const keys: string[] = [];
  const logged: unknown[] = [];
  const looks: Promise<void>[] = [];
  const store = {
    get(key: string) {
      keys.push(key);
      return failure ? Promise.reject(failure) : Promise.resolve(text);
    },
  };
  const platform = { now: () => time, log: (...line: readonly unknown[]) => logged.push(line) };
  const maps = createModelMaps(SETTING, platform, store);
  return {
    keys,
    logged,
    looks,
    /** What the map says of each name. */
    now: () =>
      Object.fromEntries(
        maps.current((look) => looks.push(look)).map(({ name, model }) => [name, model]),
      ),
    async later(change: { readonly text?: string | undefined; readonly fails?: Error } = {}) {
      await Promise.all(looks);
      time += 60_000;
      if ('text' in change) text = change.text;
      failure = change.fails;
      maps.current((look) => looks.push(look));
      await Promise.all(looks);
    },
    renew: maps.renew,
  };
}

const OLD = { a: 'From-Settings', b: 'From-Settings' };

describe('the map', () => {
  it('is that of the settings where there is no store', () => {
    const maps = createModelMaps(SETTING, { now: () => 0, log: () => undefined }, undefined);
    expect(maps.current(() => expect.unreachable())).toBe(SETTING);
  });

  it('waits for no store, and has its lines from the next request on', async () => {
    const { now, keys, looks } = setUp('{"a": "From-Store", "c": "From-Store"}');
    expect(now()).toEqual(OLD);
    await Promise.all(looks);
    expect(now()).toEqual({ a: 'From-Store', b: 'From-Settings', c: 'From-Store' });
    expect(keys).toEqual(['model-map']);
  });

  it('looks into the store once a minute', async () => {
    const { now, keys, later } = setUp('{}');
    for (let count = 0; count < 5; count++) now();
    expect(keys).toHaveLength(1);
    await later({ text: '{"a": "Changed"}' });
    expect(keys).toHaveLength(2);
    expect(now()).toMatchObject({ a: 'Changed' });
    await later({ text: '{}' });
    expect(now()).toEqual(OLD);
  });

  it('goes on with what it saw while the store is down or has lost it', async () => {
    const { now, later, logged } = setUp('{"a": {"hidden": true}}');
    now();
    await later();
    await later({ text: undefined });
    await later({ fails: new Error('down') });
    expect(now()).toEqual({ ...OLD, a: undefined });
    expect(logged).toHaveLength(1);
  });

  it.each(['nonsense', '{"secret": 5}'])(
    'leaves out what is not right, and says so once: %s',
    async (text) => {
      const { now, later, logged } = setUp('{"a": "From-Store"}');
      now();
      await later({ text });
      await later();
      expect(now()).toEqual(OLD);
      expect(logged).toHaveLength(1);
      expect(JSON.stringify(logged)).toMatch(/"warn".*(no JSON object|entry 1 must be)/);
      expect(JSON.stringify(logged)).not.toMatch(/nonsense|secret/);
      await later({ text: '{"a": "Mended"}' });
      expect(now()).toMatchObject({ a: 'Mended' });
    },
  );

  it('can be had before the first request', async () => {
    const { now, renew, keys } = setUp('{"a": "From-Store"}');
    await renew();
    expect(now()).toMatchObject({ a: 'From-Store' });
    expect(keys).toHaveLength(1);
  });
});
