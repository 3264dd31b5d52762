/**
 * Events → the frames of a response's stream. The hot path: an item puts together once what its
 * events share, and each event costs one string.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import type { GatewayError } from '../../core/error.ts';
import type { FinishReason, GenerationEvent, Sink, Usage } from '../../core/event.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import type { JsonObject } from '../../lib/json.ts';
import { startOutput } from './output.ts';
import { relayStream } from './relay.ts';
import { outcomeOf, type ReplyForm, responseObject } from './response.ts';
import { opening } from './tell.ts';

/** @param write Takes whole frames. */
export function renderStream(
  answer: AnswerIdentity,
  form: ReplyForm,
  write: (frames: string) => void,
): Sink {
  let sequence = 0;
  let usage: Usage | undefined;
  let begun = false;
  let relayed = false;
  const output = startOutput(answer.id, form.names, tell);
  const relay = relayStream(answer, form, write);

  function tell(start: string, rest = ''): void {
    write(`${start}${sequence++}${rest}}\n\n`);
  }

  function tellResponse(type: string, response: JsonObject): void {
    tell(opening(type, `"response":${JSON.stringify(response)}`));
  }

  /** Not before there is something to tell: an early failure must still become a status. */
  function begin(): void {
    if (begun) return;
    begun = true;
    const response = responseObject(answer, form.echo, { status: 'in_progress' });
    tellResponse('response.created', response);
    tellResponse('response.in_progress', response);
  }

  function finish(reason: FinishReason): void {
    begin();
    const outcome = outcomeOf(reason);
    output.end(outcome.status);
    const response = responseObject(answer, form.echo, {
      ...outcome,
      output: output.items(),
      usage,
    });
    tellResponse(`response.${outcome.status}`, response);
    form.keep?.(response);
  }

  /** What is open stays open: a half call that is closed would be made. */
  function fail(error: GatewayError): void {
    begin();
    const response = responseObject(answer, form.echo, {
      status: 'failed',
      output: output.items(),
      usage,
      error,
    });
    tellResponse('response.failed', response);
  }

  return {
    event(event: GenerationEvent) {
      switch (event.type) {
        case 'text-delta':
        case 'reasoning-delta':
        case 'refusal-delta':
        case 'tool-call-delta':
          begin();
          return output.add(event);
        case 'usage':
          usage = event.usage;
          return;
        case 'finish':
          return relayed ? undefined : finish(event.reason);
        case 'relayed-event':
          // The official SDK knows no response that was not created.
          if (event.name === 'response.created') begun = true;
          begin();
          relayed = true;
          sequence += 1;
          return relay.event(event.name, event.data);
        case 'error':
          return fail(event.error);
        case 'response-start':
        case 'text-replace':
        case 'file':
        case 'relayed-reply':
          // A file is a link in the text by now, replaced text was settled, and what is whole is
          // not streamed.
          return;
      }
    },
    end: () => undefined,
  };
}
