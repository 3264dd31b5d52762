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

const STRANGE_NAMES = [
  'constructor',
  '__proto__',
  '',
  '7',
  'a b\n"',
  '漢'.repeat(300),
  'gpt-5:input',
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

    test('takes a time that is no whole number of milliseconds', async () => {
      await store.set('fraction', 'x', 1000.5);
      expect(await store.count('fraction sums', { a: 1 }, 1000.5)).toEqual({ a: 1 });
      expect(await store.get('fraction')).toBe('x');
    });

    // Those that wait do so together.
    test.concurrent('forgets a value, and sums, when their time is over', async () => {
      await store.set('brief', 'x', SHORT);
      await store.count('brief sums', { a: 5 }, SHORT);
      expect(await store.count('brief sums', {}, LONG), 'told, not prolonged').toEqual({ a: 5 });
      expect(await store.get('brief')).toBe('x');
      await pause(SHORT + 100);
      expect(await store.get('brief')).toBeUndefined();
      expect(await store.count('brief sums', { b: 1 }, LONG)).toEqual({ b: 1 });
    });

    test.concurrent('counts from 0, up and down, and begins the time of all sums anew', async () => {
      expect(await store.count('sums', { a: 2, b: 1 }, SHORT)).toEqual({ a: 2, b: 1 });
      expect(await store.count('sums', { a: 40 }, LONG)).toEqual({ a: 42, b: 1 });
      await pause(SHORT + 100);
      expect(await store.count('sums', { a: -50, c: 0 }, LONG)).toEqual({ a: -8, b: 1, c: 0 });
    });

    test('counts under any name', async () => {
      const amounts = Object.fromEntries(STRANGE_NAMES.map((word, at) => [word, at]));
      const sums = await store.count('names', amounts, LONG);
      expect(Object.entries(sums).toSorted()).toEqual(Object.entries(amounts).toSorted());
      expect(await store.count('names', {}, LONG)).toEqual(sums);
    });

    test('tells sums without an amount, and makes nothing by that', async () => {
      expect(await store.count('untouched', {}, LONG)).toEqual({});
      expect(await store.get('untouched')).toBeUndefined();
    });

    test('deletes sums', async () => {
      await store.count('deleted sums', { a: 1 }, LONG);
      await store.delete('deleted sums');
      expect(await store.count('deleted sums', { b: 1 }, LONG)).toEqual({ b: 1 });
    });

    test.skipIf(countsLoosely)('loses none of many counts at the same time', async () => {
      const all = Array.from({ length: 50 }, (_, at) => at + 1);
      const sums = await Promise.all(
        all.map((at) => store.count('crowd', { all: 1, [`n${at % 5}`]: 1 }, LONG)),
      );
      expect(sums.map(({ all: sum }) => sum ?? 0).toSorted((a, b) => a - b)).toEqual(all);
      const last = { all: 50, n0: 10, n1: 10, n2: 10, n3: 10, n4: 10 };
      expect(await store.count('crowd', {}, LONG)).toEqual(last);
    });

    test.skipIf(isAlone)('shows one instance what another one did', async () => {
      const other = await open();
      await store.set('shared', 'one', LONG);
      expect(await other.get('shared')).toBe('one');
      await other.count('shared sums', { a: 1 }, LONG);
      expect(await store.count('shared sums', { a: 1 }, LONG)).toEqual({ a: 2 });
      await other.delete('shared');
      expect(await store.get('shared')).toBeUndefined();
    });
  });
}
