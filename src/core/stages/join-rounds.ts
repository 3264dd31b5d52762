/**
 * An answer that took several calls to Poe is one answer: it starts once, and its usage is the sum.
 * The stages of each round stand before this one; those behind it see one answer.
 */
import type { GenerationEvent, Sink, Usage } from '../event.ts';

/** The stage, and what Poe has counted so far. */
export interface JoinRounds extends Sink {
  /** Undefined where it has counted nothing yet. */
  usage(): Usage | undefined;
}

/** Outlives the rounds: every round's events go into the same sink. */
export function joinRounds(next: Sink): JoinRounds {
  let started = false;
  let usage: Usage | undefined;
  /** Thinking was told, and of an earlier round. */
  let thought = false;
  let thoughtBefore = false;
  return {
    event(event: GenerationEvent) {
      switch (event.type) {
        case 'response-start':
          thoughtBefore = thought;
          if (started) return;
          started = true;
          break;
        case 'reasoning-delta':
          // The thoughts of two rounds do not run together.
          if (thoughtBefore) next.event({ type: 'reasoning-delta', text: '\n\n' });
          thought = true;
          thoughtBefore = false;
          break;
        case 'usage':
          usage = usage ? sum(usage, event.usage) : event.usage;
          return;
        case 'finish':
          if (usage) next.event({ type: 'usage', usage });
          break;
        default:
          break;
      }
      next.event(event);
    },
    end: () => next.end(),
    usage: () => usage,
  };
}

function sum(one: Usage, other: Usage): Usage {
  const both = (a?: number, b?: number): number | undefined =>
    a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedInputTokens: both(one.cachedInputTokens, other.cachedInputTokens),
    reasoningTokens: both(one.reasoningTokens, other.reasoningTokens),
    estimated: one.estimated || other.estimated,
  };
}
