/**
 * Rearrangements of a stream's events: cut short, with a part missing, with something foreign
 * among them. Each is a function from events to events; `deal.ts` does the same to bytes.
 */
import type { Arrangement, StreamEvent } from '../bot.ts';
import type { Failure } from '../failure.ts';

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

/** The first `count` events, then an error, and no more. */
export function failingAfter(count: number, failure: Failure): Arrangement {
  return (events, { error }) => [...events.slice(0, count), error(failure)];
}

/** The first `count` events, an error, and the proper end all the same. */
export function failingWithEnd(count: number, failure: Failure): Arrangement {
  return (events, { error }) => [
    ...events.slice(0, count),
    error(failure),
    ...events.filter((event) => event.part === 'done'),
  ];
}

/** One event that is not JSON after the first `count`. */
export function interruptedAfter(count: number): Arrangement {
  return (events, { garbage }) => events.toSpliced(count, 0, garbage);
}

/** One event again when all is over. */
export function repeatedAtEnd(position: number): Arrangement {
  return (events) => [...events, ...events.slice(position, position + 1)];
}
