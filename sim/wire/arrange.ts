/**
 * Rearrangements of a stream's events: cut short, with a part missing, with something foreign
 * among them. Each is a function from events to events; `deal.ts` does the same to bytes.
 */
import type { StreamEvent } from '../bot.ts';

type Arrangement = (events: readonly StreamEvent[]) => readonly StreamEvent[];

/** Only the first `count` events, and nothing that would tell of an end. */
export function onlyFirst(count: number): Arrangement {
  return (events) => events.slice(0, count);
}

/** Everything but the events of that part. */
export function without(...parts: readonly StreamEvent['part'][]): Arrangement {
  return (events) => events.filter((event) => !parts.includes(event.part));
}

/** The first `count` events, then these and no more. */
export function endingAfter(count: number, ...last: readonly StreamEvent[]): Arrangement {
  return (events) => [...events.slice(0, count), ...last];
}

/** One foreign event after the first `count`. */
export function interruptedAfter(count: number, foreign: StreamEvent): Arrangement {
  return (events) => events.toSpliced(count, 0, foreign);
}
