/**
 * Sees that every finished answer has token counts: Poe's own when it gives them, else an estimate
 * that says it is one. The estimate costs nothing until it is needed.
 */
import { estimateInputTokens, estimateTokens } from '../estimate.ts';
import type { GenerationEvent, Sink } from '../event.ts';
import type { GenerationRequest } from '../request.ts';

/** @param request What was asked, for the estimate of the input. */
export function measureUsage(request: GenerationRequest, next: Sink): Sink {
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
          break;
        case 'finish':
          if (!counted) next.event(estimate());
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
  };

  function estimate(): GenerationEvent {
    const reasoningTokens = estimateTokens(reasoning);
    const outputTokens = estimateTokens(output) + reasoningTokens;
    const inputTokens = estimateInputTokens(request);
    const usage = { inputTokens, outputTokens, reasoningTokens, estimated: true };
    return { type: 'usage', usage };
  }
}
