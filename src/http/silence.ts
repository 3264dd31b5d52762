/**
 * A timer that goes off when nothing has been heard for a while. Hearing something costs one
 * comparison, not a new timer: streams hear thousands of chunks.
 */

/** Watches for one kind of silence, until stopped. */
export interface SilenceTimer {
  /** From now on it is quiet. */
  waiting(): void;
  /** Something was heard: there is nothing to wait for until `waiting` is called again. */
  heard(): void;
  stop(): void;
}

/**
 * @param limit Milliseconds.
 * @param onSilence Called each time a wait has lasted `limit`; the wait then begins anew.
 */
export function watchSilence(
  limit: number,
  now: () => number,
  onSilence: () => void,
): SilenceTimer {
  let since: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(check, limit);

  function check(): void {
    const time = now();
    if (since !== undefined && time - since >= limit) {
      since = time;
      onSilence();
    }
    if (timer !== undefined) timer = setTimeout(check, (since ?? time) + limit - time);
  }

  return {
    waiting() {
      since = now();
    },
    heard() {
      since = undefined;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
