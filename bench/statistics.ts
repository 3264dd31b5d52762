/** The few statistics that the tables need. */

/** A middle, and the range around it. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @param values At least one. */
export function summarise(values: readonly number[]): Summary {
  return {
    median: percentile(values, 50),
    least: Math.min(...values),
    most: Math.max(...values),
  };
}

/** The value below which so many percent of the values lie (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}
