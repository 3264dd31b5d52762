/**
 * Some models put their whole answer into their thinking and say nothing (Gemini does at times).
 * Where that is wanted, the thinking of such an answer is said as its text too.
 */
import type { GenerationEvent, Sink } from '../event.ts';

/** Only for an answer that came to its own end: what was cut off is no answer. */
export function promoteReasoning(next: Sink): Sink {
  let reasoning = '';
  let answered = false;
  return {
    event(event: GenerationEvent) {
      switch (event.type) {
        case 'reasoning-delta':
          reasoning += event.text;
          break;
        case 'text-delta':
        case 'refusal-delta':
        case 'tool-call-delta':
        case 'file':
          answered = true;
          break;
        case 'finish':
          if (!answered && event.reason === 'stop' && reasoning.trim() !== '')
            next.event({ type: 'text-delta', text: reasoning });
          break;
        default:
          break;
      }
      next.event(event);
    },
    end: () => next.end(),
  };
}
