/** What every store owes, whatever is behind it. */
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/stores/store.ts';

const LONG = 60_000;
const SHORT = 250;

const TEXTS = {
  'the empty text': '',
  'text of many lines': '1\n2\n\n"3"\\\0 ',
  'text beyond Latin': 'ß 漢字 😀',
  'a long text': '{"漢":"x"}'.repeat(30_000),
};

const STRANGE_KEYS = [
  'constructor',
  '../../etc/passwd',
  'a b\n',
  '漢'.repeat(300),
  'x'.repeat(5_000),
];

/** What differs from store to store. */
export interface Subject {
  readonly name: string;
  /** Opens it; a second time, too, and then both see the same. */
  open(): Promise<Store> | Store;
  /** Two openings are two places. */
  readonly isAlone?: boolean;
  /** Two counts at the same time may be one. */
  readonly countsLoosely?: boolean;
}

/** Lists the laws for one store. */
export function describeStore({ name, open, isAlone, countsLoosely }: Subject): void {
  describe(`the ${name} store`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });

    test.each(Object.entries(TEXTS))('gives %s back', async (label, text) => {
      await store.set(label, text, LONG);
      expect((await store.get(label)) === text).toBe(true);
    });

    test('has what was set last, long or short', async () => {
      for (const text of ['x'.repeat(200_000), 'short', 'y'.repeat(100_000)]) {
        await store.set('again', text, LONG);
        expect((await store.get('again')) === text).toBe(true);
      }
    });

    test('has nothing under a key that was never set, or has been deleted', async () => {
      expect(await store.get('never')).toBeUndefined();
      await store.delete('never');
      await store.set('gone', 'x', LONG);
      await store.delete('gone');
      expect(await store.get('gone')).toBeUndefined();
    });

    test.each(STRANGE_KEYS)('bears the key %j, which a client made up', async (key) => {
      expect(await store.get(key)).toBeUndefined();
      await store.delete(key);
    });

    test('keeps keys apart', async () => {
      await Promise.all(['a', 'A', 'a:', 'a:b'].map((key) => store.set(key, `of ${key}`, LONG)));
      for (const key of ['a', 'A', 'a:', 'a:b']) expect(await store.get(key)).toBe(`of ${key}`);
    });

    test('forgets a value, and a count, when its time is over', async () => {
      await store.set('brief', 'x', SHORT);
      await store.increment('brief count', 5, SHORT);
      expect(await store.get('brief')).toBe('x');
      await pause(SHORT + 100);
      expect(await store.get('brief')).toBeUndefined();
      expect(await store.increment('brief count', 1, LONG)).toBe(1);
    });

    test('takes a time that is no whole number of milliseconds', async () => {
      await store.set('fraction', 'x', 1000.5);
      expect(await store.increment('fraction count', 1, 1000.5)).toBe(1);
      expect(await store.get('fraction')).toBe('x');
    });

    test('counts from 0, up and down, and begins the time anew', async () => {
      expect(await store.increment('count', 2, SHORT)).toBe(2);
      expect(await store.increment('count', 40, LONG)).toBe(42);
      await pause(SHORT + 100);
      expect(await store.increment('count', -50, LONG)).toBe(-8);
      expect(await store.get('count')).toBe('-8');
    });

    test.skipIf(countsLoosely)('loses none of many counts at the same time', async () => {
      const sums = await Promise.all(
        Array.from({ length: 50 }, () => store.increment('crowd', 1, LONG)),
      );
      expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    });

    test.skipIf(isAlone)('shows one instance what another one did', async () => {
      const other = await open();
      await store.set('shared', 'one', LONG);
      expect(await other.get('shared')).toBe('one');
      await other.increment('shared count', 1, LONG);
      expect(await store.increment('shared count', 1, LONG)).toBe(2);
      await other.delete('shared');
      expect(await store.get('shared')).toBeUndefined();
    });
  });
}
