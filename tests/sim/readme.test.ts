/** The simulator's README, which must not fall behind its table of bots. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';

test('the README knows every bot', () => {
  const readme = readFileSync(new URL('../../sim/README.md', import.meta.url), 'utf8');
  const missing = bots.filter(({ name }) => !readme.includes(`\`${name}\``));
  expect(missing.map((bot) => bot.name)).toEqual([]);
});
