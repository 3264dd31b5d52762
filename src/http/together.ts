/**
 * Several sources as one, for `n` answers to one request: it makes progress when any of them does,
 * and is over when all are, or when one has failed.
 */
import type { Source } from './event-stream.ts';

/** Each source has at most one read under way, so a slow client slows all of them. */
export function together(sources: readonly Source[]): Source {
  const [only] = sources;
  if (only && sources.length === 1) return only;
  let resting = [...sources];
  let progressed: Source[] = [];
  let wake = (): void => undefined;
  const failure = (): Source['failure'] => sources.find((source) => source.failure)?.failure;

  function cancel(): void {
    for (const source of sources) if (!source.over) source.cancel();
  }

  return {
    async advance() {
      for (const source of resting) {
        void source.advance().then(() => {
          progressed.push(source);
          wake();
        });
      }
      resting = [];
      if (progressed.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      resting = progressed.filter((source) => !source.over);
      progressed = [];
      // The others would be paid for and thrown away.
      if (failure()) cancel();
    },
    get over() {
      return sources.every((source) => source.over);
    },
    get failure() {
      return failure();
    },
    cancel,
  };
}
