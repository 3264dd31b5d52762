/** Tool names that were shortened for Poe become the client's own again (`tools/names.ts`). */
import type { Sink } from '../event.ts';

/** @param restore Gives the client's name for the one that Poe knows. */
export function restoreNames(restore: (name: string) => string, next: Sink): Sink {
  return {
    event(event) {
      next.event(
        event.type === 'tool-call-delta' && event.name !== undefined
          ? { ...event, name: restore(event.name) }
          : event,
      );
    },
    end: () => next.end(),
  };
}
