/**
 * Sees that an answer's text is the JSON that was asked for. Nobody can tell before its end, so
 * the text is held until then and leaves in one piece; all other events pass at once.
 */
import { GatewayError } from '../error.ts';
import type { GenerationEvent, Sink } from '../event.ts';
import { checkJson } from '../json-output/check.ts';
import type { JsonFault } from '../json-output/retry.ts';
import type { OutputFormat } from '../request.ts';

/**
 * Not checked, but passed as it is: an answer that was cut at its length or filtered (repairing it
 * would make half an answer look whole; the finish reason says what it is), a refusal, and the text
 * beside tool calls.
 *
 * @param onFault Told what is wrong with the answer. True: it is asked for again, and nothing more
 * of this answer passes, not even its end. False: the answer fails with that problem.
 */
export function holdJson(
  format: OutputFormat,
  onFault: (fault: JsonFault) => boolean,
  next: Sink,
): Sink {
  let said = '';
  let unchecked = false;
  let over = false;

  function settle(): void {
    const checked = unchecked ? { json: said } : checkJson(said, format);
    if ('json' in checked) {
      if (checked.json !== '') next.event({ type: 'text-delta', text: checked.json });
      return;
    }
    over = true;
    if (onFault({ said, problem: checked.problem })) return;
    const words = `The model's answer is not the JSON that was asked for. ${checked.problem}`;
    next.event({
      type: 'error',
      error: new GatewayError('upstream-failed', words, { retryable: false }),
    });
    next.end();
  }

  return {
    event(event: GenerationEvent) {
      if (over) return;
      switch (event.type) {
        case 'text-delta':
          said += event.text;
          return;
        case 'text-replace':
          said = event.text;
          return;
        case 'refusal-delta':
        case 'tool-call-delta':
          unchecked = true;
          break;
        case 'finish':
          if (event.reason === 'length' || event.reason === 'content-filter') unchecked = true;
          settle();
          if (over) return;
          break;
        case 'response-start':
        case 'reasoning-delta':
        case 'file':
        case 'usage':
        case 'error':
          break;
      }
      next.event(event);
    },
    end() {
      if (!over) next.end();
    },
  };
}
