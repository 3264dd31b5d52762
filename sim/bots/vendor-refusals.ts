/**
 * What one vendor refuses although Poe's own checks let it pass. Each is a function from a request
 * to a failure, worded as that vendor words it.
 */
import { vendorRejected, type Failure } from '../failure.ts';
import type { JsonObject } from '../json.ts';

const LEAST_THINKING_BUDGET = 1024;

/** Claude takes no stop sequence of mere white space. */
export function refuseAsClaude({ stop }: JsonObject): Failure | undefined {
  const sequences: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  return sequences.some((item) => typeof item === 'string' && item.trim() === '')
    ? vendorRejected('stop_sequences: each stop sequence must contain non-whitespace')
    : undefined;
}

/** Thinking that is on by default gets its budget from `max_tokens`, which may be too small. */
export function refuseAsThinkingClaude(request: JsonObject): Failure | undefined {
  const limit = request['max_tokens'] ?? request['max_completion_tokens'];
  const thinks = request['thinking_budget'] !== 0;
  return thinks && typeof limit === 'number' && limit < LEAST_THINKING_BUDGET
    ? vendorRejected(
        `thinking.enabled.budget_tokens: Input should be greater than or equal to ${LEAST_THINKING_BUDGET}`,
      )
    : refuseAsClaude(request);
}

/** The Assistant's router serves one effort only, though its card declares no such parameter. */
export function refuseAsAssistant({ reasoning_effort: effort }: JsonObject): Failure | undefined {
  return effort === undefined || effort === null || effort === 'medium'
    ? undefined
    : vendorRejected(
        `Unsupported value: '${String(effort)}' is not supported with this model. Supported values are: 'medium'.`,
      );
}
