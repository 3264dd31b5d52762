/**
 * The last stage: whatever came before, the answer ends exactly once, with a `finish` or with a
 * failure, and nothing follows. An answer that calls tools finishes with `tool-calls`, whatever
 * word the vendor used.
 */
import { GatewayError } from '../error.ts';
import type { GenerationEvent, Sink } from '../event.ts';

/**
 * @param onOver Called once, at the end: with the failure if there is one. A failure is not sent
 * on: it is for the gateway to decide whether it becomes a status or an event.
 */
export function ensureFinish(next: Sink, onOver: (failure?: GatewayError) => void): Sink {
  let over = false;
  let calledTool = false;

  function fail(failure: GatewayError): void {
    over = true;
    onOver(failure);
  }

  return {
    event(event: GenerationEvent) {
      if (over) return;
      if (event.type === 'error') return fail(event.error);
      if (event.type === 'tool-call-delta') calledTool = true;
      if (event.type !== 'finish') return next.event(event);
      over = true;
      const misnamed = calledTool && event.reason === 'stop';
      next.event(misnamed ? { ...event, reason: 'tool-calls' } : event);
      next.end();
      onOver();
    },
    end() {
      if (over) return;
      fail(
        new GatewayError(
          'upstream-failed',
          "Poe's answer ended before it was complete. Try again.",
        ),
      );
    },
  };
}
