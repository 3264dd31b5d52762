/** A completion → a whole response, by the same steps as a stream's. */
import type { Completion } from '../../core/completion.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import type { JsonObject } from '../../lib/json.ts';
import { startOutput } from './output.ts';
import { ownResponse } from './relay.ts';
import { outcomeOf, type ReplyForm, responseObject } from './response.ts';

/** The reply that is not streamed. */
export function render(
  completion: Completion,
  answer: AnswerIdentity,
  form: ReplyForm,
): JsonObject {
  const { text, reasoning, refusal, toolCalls, finishReason, usage, relayed } = completion;
  if (relayed) {
    // A failed one is not relayed.
    const response = ownResponse(relayed, answer, form, true);
    form.keep?.(response);
    return response;
  }
  const output = startOutput(answer.id, form.names);
  output.add({ type: 'reasoning-delta', text: reasoning });
  output.add({ type: 'text-delta', text });
  output.add({ type: 'refusal-delta', text: refusal });
  for (const [index, call] of toolCalls.entries())
    output.add({ type: 'tool-call-delta', index, ...call });
  const outcome = outcomeOf(finishReason);
  output.end(outcome.status);
  const response = responseObject(answer, form.echo, { ...outcome, output: output.items(), usage });
  form.keep?.(response);
  return response;
}
