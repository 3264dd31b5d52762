/** What a bot refuses is known for a day, and of so many bots only. */
import { describe, expect, it } from 'vitest';
import { createRefusals } from '../../../src/policy/refusals.ts';

const HOUR = 60 * 60_000;

function atTime() {
  let now = 1_000;
  return {
    refusals: createRefusals(() => now),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('the memory of refusals', () => {
  it('knows of one bot and of one thing', () => {
    const { refusals } = atTime();
    refusals.remember('gpt-4', 'tools');
    expect(refusals.has('gpt-4', 'tools')).toBe(true);
    expect(refusals.has('gpt-4', 'chat')).toBe(false);
    expect(refusals.has('gpt-5', 'tools')).toBe(false);
  });

  it('forgets after a day', () => {
    const { refusals, pass } = atTime();
    refusals.remember('gpt-4', 'tools');
    pass(24 * HOUR - 1);
    expect(refusals.has('gpt-4', 'tools')).toBe(true);
    pass(1);
    expect(refusals.has('gpt-4', 'tools')).toBe(false);
  });

  it('counts the day from the last refusal', () => {
    const { refusals, pass } = atTime();
    refusals.remember('gpt-4', 'tools');
    pass(20 * HOUR);
    refusals.remember('gpt-4', 'tools');
    pass(20 * HOUR);
    expect(refusals.has('gpt-4', 'tools')).toBe(true);
  });

  it('is bounded: the oldest goes, and one that was refused again is not the oldest', () => {
    const { refusals } = atTime();
    for (let bot = 0; bot < 2_000; bot++) refusals.remember(`bot-${bot}`, 'tools');
    refusals.remember('bot-0', 'tools');
    refusals.remember('one-more', 'tools');
    expect(refusals.has('bot-0', 'tools')).toBe(true);
    expect(refusals.has('bot-1', 'tools')).toBe(false);
    expect(refusals.has('bot-2', 'tools')).toBe(true);
    expect(refusals.has('one-more', 'tools')).toBe(true);
  });
});
