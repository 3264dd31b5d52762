/**
 * Several sources as one, for `n` answers to one request: it makes progress when any of them does,
 * and is over when all are, or when one has failed.
 */
import type { Source } from './event-stream.ts';

/** Each source has at most one read under way, so a slow client slows all of them. */
export function together(sources: readonly Source[]): Source {
  const [only] = sources;
  if (only && sources.length === 1) return only;
  const all = { advance, cancel, over: false, failure: undefined as Source['failure'] };
  let resting = [...sources];
  let progressed: Source[] = [];
  let wake = (): void => undefined;
  return all;

  async function advance(): Promise<void> {
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
    all.failure = progressed.find((source) => source.failure)?.failure;
    resting = progressed.filter((source) => !source.over);
    progressed = [];
    // The others would be paid for and thrown away.
    if (all.failure) cancel();
    all.over = sources.every((source) => source.over);
  }

  function cancel(): void {
    for (const source of sources) if (!source.over) source.cancel();
    all.over = true;
  }
}
