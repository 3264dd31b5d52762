/** Days of UTC, and points in them. */
import { describe, expect, it } from 'vitest';
import { budgetProblem, dayOf, endOfDay, latestDays } from '../../../src/policy/budget.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const LAST = Date.UTC(2026, 10, 21, 23, 59, 59, 500);

describe('a day', () => {
  it('is one of UTC', () => {
    expect(dayOf(LAST)).toBe('2026-11-21');
    expect(dayOf(LAST + 500)).toBe('2026-11-22');
    expect(endOfDay(NOON)).toBe(Date.UTC(2026, 10, 22));
    expect(endOfDay(LAST + 500)).toBe(Date.UTC(2026, 10, 23));
  });

  it('comes after the one before it, over months too', () => {
    expect(latestDays(Date.UTC(2026, 2, 2), 3)).toEqual(['2026-03-02', '2026-03-01', '2026-02-28']);
  });
});

describe('a budget', () => {
  it('lets pass what begins below it', () => {
    expect(budgetProblem(50, 49_999, NOON)).toBeUndefined();
  });

  it('says when it goes on, in words and in seconds', () => {
    const problem = budgetProblem(50, 50_000, NOON);
    expect(problem).toMatchObject({
      kind: 'insufficient-points',
      status: 402,
      code: 'insufficient_quota',
      retryAfter: 12 * 3600,
    });
    expect(problem?.message).toMatch(/points for today \(50\).*00:00 UTC/);
  });

  it('never says to come back at once', () => {
    expect(budgetProblem(50, 50_000, LAST)?.retryAfter).toBe(1);
  });
});
