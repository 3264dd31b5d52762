/** Points a day for an access token. Days are those of UTC, as Poe's are. */
import { GatewayError } from '../core/error.ts';

const DAY = 24 * 60 * 60_000;

/** `2026-11-21`. @param time Milliseconds since 1970. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** When the day of this time began, in milliseconds since 1970. */
export function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** When it is over. */
export function endOfDay(time: number): number {
  return startOfDay(time) + DAY;
}

/** This day and those before it, the latest first. */
export function latestDays(time: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, back) => dayOf(time - back * DAY));
}

/**
 * What a token is told whose points for today are used up; undefined while it has some.
 *
 * @param spent Thousandths of a point.
 * @param time Milliseconds since 1970.
 */
export function budgetProblem(
  pointsPerDay: number,
  spent: number,
  time: number,
): GatewayError | undefined {
  if (spent < pointsPerDay * 1000) return undefined;
  const words = `This access token has used its points for today (${pointsPerDay}). It may go on at 00:00 UTC.`;
  return new GatewayError('insufficient-points', words, {
    retryAfter: Math.ceil((endOfDay(time) - time) / 1000),
  });
}
