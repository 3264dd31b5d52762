/**
 * The last stage: whatever came before, the answer ends exactly once, with a `finish` or with a
 * failure, and nothing follows. An answer finishes with `tool-calls` when it calls tools,
 * whatever word the vendor used, and only then.
 */
import { GatewayError } from '../error.ts';
import type { FinishReason, GenerationEvent, Sink } from '../event.ts';

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

  function trueReason(reason: FinishReason): FinishReason {
    if (calledTool) return reason === 'stop' || reason === 'other' ? 'tool-calls' : reason;
    return reason === 'tool-calls' ? 'stop' : reason;
  }

  return {
    event(event: GenerationEvent) {
      if (over) return;
      if (event.type === 'error') return fail(event.error);
      if (event.type === 'tool-call-delta') calledTool = true;
      if (event.type !== 'finish') return next.event(event);
      over = true;
      next.event({ ...event, reason: trueReason(event.reason) });
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
