/**
 * How often something was used in the last minute: counts by the second, so that the memory is the
 * same however much it was used.
 */

const SECOND = 1000;
/** A minute, and the second in which it began: a count may be late in forgetting, never early. */
const KEPT = 61;

/** The count. */
export interface LastMinute {
  add(): void;
  count(): number;
  /** Milliseconds since 1970 when it is below `limit`; 0 when it is so already. */
  below(limit: number): number;
}

/** @param now Milliseconds since 1970. */
export function createLastMinute(now: () => number): LastMinute {
  /** Oldest first; at most `KEPT`. */
  const counts: { readonly second: number; uses: number }[] = [];
  let total = 0;

  function count(): number {
    const second = Math.floor(now() / SECOND);
    // A clock that was set back: what was used by then counts as used now, not in hours.
    if ((counts.at(-1)?.second ?? 0) > second)
      counts.splice(0, counts.length, { second, uses: total });
    for (let [oldest] = counts; oldest && oldest.second + KEPT <= second; [oldest] = counts) {
      total -= oldest.uses;
      counts.shift();
    }
    return total;
  }

  return {
    add() {
      count();
      const second = Math.floor(now() / SECOND);
      const latest = counts.at(-1);
      if (latest?.second === second) latest.uses += 1;
      else counts.push({ second, uses: 1 });
      total += 1;
    },
    count,
    below(limit) {
      let left = count();
      for (const { second, uses } of counts) {
        if (left < limit) return 0;
        left -= uses;
        if (left < limit) return (second + KEPT) * SECOND;
      }
      return 0;
    },
  };
}
