/** Requests a minute, by the name of who asks. Data alone; one memory for an app. */
import { createLastMinute, type LastMinute } from './last-minute.ts';

/** The memory; as many names as the settings have. */
export interface RateLimits {
  /**
   * Counts a request.
   *
   * @returns Undefined when it may pass; else the seconds until one may.
   */
  take(name: string, perMinute: number): number | undefined;
}

/** @param now Milliseconds since 1970. */
export function createRateLimits(now: () => number): RateLimits {
  const uses = new Map<string, LastMinute>();
  return {
    take(name, perMinute) {
      const recent = uses.get(name) ?? createLastMinute(now);
      uses.set(name, recent);
      const readyAt = recent.below(perMinute);
      if (readyAt > now()) return Math.max(1, Math.ceil((readyAt - now()) / 1000));
      recent.add();
      return undefined;
    },
  };
}
