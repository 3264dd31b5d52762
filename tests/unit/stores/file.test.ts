/** The store in a folder: what lies there, who may read it, and what is cleared away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../../src/config.ts';
import { fileStore } from '../../../src/hosts/file-store.ts';
import { thrownBy } from '../record.ts';

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'poeway-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('is there again after a restart, and only its owner can read it', async () => {
  const folder = join(temporary(), 'made', 'here');
  await fileStore(folder, () => 0).set('response:1', 'one', 10);
  expect(await fileStore(folder, () => 9).get('response:1')).toBe('one');
  expect(await fileStore(folder, () => 10).get('response:1')).toBeUndefined();
  const [name = ''] = await readdir(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, name), 'utf8')).toBe('10\none');
});

test.each(['{"a": "b"}\n', '\n{"a": "b"}', '{\n"a": "b"}', '{}', '\n'])(
  'has what its owner wrote by hand, without an end, until it is deleted: %j',
  async (text) => {
    const folder = temporary();
    const store = fileStore(folder, () => 1e12);
    // sha256sum of `model-map`.
    const name = '8cf9a41b4bf0dc46e1438cb7b7aefc3854aa046ca21bcb3f6fe73aec39531716';
    await writeFile(join(folder, name), text);
    await store.set('other', 'x', 10);
    expect(await store.get('model-map')).toBe(text);
    await store.delete('model-map');
    expect(await store.get('model-map')).toBeUndefined();
  },
);

test('clears away what is over once an hour, and touches nothing that is not its own', async () => {
  const folder = temporary();
  let time = 0;
  const store = fileStore(folder, () => time);
  await store.set('old', 'x', 10);
  await store.set('kept', 'x', 10_000_000);
  await writeFile(join(folder, 'notes.txt'), 'mine');
  time = 3_600_000;
  await store.set('new', 'x', 10_000_000);
  await expect.poll(() => readdir(folder)).toHaveLength(3);
  expect(await readdir(folder)).toContain('notes.txt');
  expect(await store.get('kept')).toBe('x');
});

test('a folder that cannot be had is a wrong setting, whose value is not repeated', () => {
  const file = join(temporary(), 'secret-name');
  writeFileSync(file, '');
  const error = thrownBy(() => fileStore(join(file, 'below'), () => 0));
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toMatch(/STORE must be a folder .*\((ENOTDIR|EEXIST)\)/);
  expect(String(error)).not.toContain('secret-name');
});
