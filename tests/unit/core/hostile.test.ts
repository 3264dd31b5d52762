/**
 * Text that a bot, or whoever prompts it, could write to keep the gateway busy. Each takes minutes where
 * a pattern looks for its end again and again, and no time where it does not: the runner's own limit tells.
 */
import { expect, it } from 'vitest';
import { repairJson } from '../../../src/core/json-output/repair.ts';
import { readCalls } from '../../../src/core/tools/read-calls.ts';

const MANY = 400_000;

it('a string full of quotes without an end is no JSON', () => {
  expect(repairJson(`{"${'\\"'.repeat(MANY)}`)).toBeUndefined();
});

it('calls that only begin are none', () => {
  expect(readCalls('<invoke name="a">'.repeat(MANY), [])).toBeUndefined();
});

it('arguments that only begin are none', () => {
  const block = `<invoke name="a">${'<parameter name="b">'.repeat(MANY)}</invoke>`;
  expect(readCalls(block, [])).toHaveLength(1);
});
