/**
 * Sees that every finished answer has token counts: Poe's own when it gives them, else an estimate
 * that says it is one. The estimate costs nothing until it is needed.
 */
import { estimateInputTokens, estimateTokens } from '../estimate.ts';
import type { GenerationEvent, Sink, Usage } from '../event.ts';
import type { GenerationRequest } from '../request.ts';

/** The stage, and what it would count if the answer ended here. */
export interface MeasureUsage extends Sink {
  estimate(): Usage;
}

/**
 * @param request What was asked, for the estimate of the input.
 * @param onUsage Called once for an answer that finishes.
 */
export function measureUsage(
  request: GenerationRequest,
  next: Sink,
  onUsage: (usage: Usage) => void = () => undefined,
): MeasureUsage {
  let counted = false;
  let output = '';
  let reasoning = '';
  return {
    event(event: GenerationEvent) {
      switch (event.type) {
        case 'text-delta':
        case 'refusal-delta':
          output += event.text;
          break;
        case 'reasoning-delta':
          reasoning += event.text;
          break;
        case 'tool-call-delta':
          output += (event.name ?? '') + event.arguments;
          break;
        case 'usage':
          counted = true;
          onUsage(event.usage);
          break;
        case 'finish':
          if (!counted) tell(estimate());
          break;
        case 'response-start':
        case 'text-replace':
        case 'file':
        case 'error':
        case 'relayed-event':
        case 'relayed-reply':
          break;
      }
      next.event(event);
    },
    end: () => next.end(),
    estimate,
  };

  function tell(usage: Usage): void {
    onUsage(usage);
    next.event({ type: 'usage', usage });
  }

  function estimate(): Usage {
    const reasoningTokens = estimateTokens(reasoning);
    const outputTokens = estimateTokens(output) + reasoningTokens;
    const inputTokens = estimateInputTokens(request);
    return { inputTokens, outputTokens, reasoningTokens, estimated: true };
  }
}
