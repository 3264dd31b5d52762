/** The store in memory: times, limits, and what is dropped first. */
import { expect, it } from 'vitest';
import { memoryStore } from '../../../src/stores/memory.ts';

const MEGABYTE = 'x'.repeat(1024 * 1024);

it('gives back what was set, until its time is over', async () => {
  let time = 0;
  const store = memoryStore(() => time);
  await store.set('a', 'one', 10);
  expect(await store.get('a')).toBe('one');
  time = 10;
  expect(await store.get('a')).toBeUndefined();
});

it('forgets what is deleted, and bears that nothing is there', async () => {
  const store = memoryStore(() => 0);
  await store.set('a', 'one', 10);
  await store.delete('a');
  await store.delete('b');
  expect(await store.get('a')).toBeUndefined();
});

it('drops what was not used for longest when it is full', async () => {
  const store = memoryStore(() => 0);
  for (let number = 0; number < 60; number++) await store.set(`k${number}`, MEGABYTE, 10);
  expect(await store.get('k0')).toBe(MEGABYTE);
  for (let number = 60; number < 70; number++) await store.set(`k${number}`, MEGABYTE, 10);
  expect(await store.get('k0'), 'used of late').toBe(MEGABYTE);
  expect(await store.get('k1')).toBeUndefined();
  expect(await store.get('k69')).toBe(MEGABYTE);
});

it('counts a value that is set again once', async () => {
  const store = memoryStore(() => 0);
  await store.set('kept', 'one', 10);
  for (let round = 0; round < 100; round++) await store.set('again', MEGABYTE, 10);
  expect(await store.get('kept')).toBe('one');
});
