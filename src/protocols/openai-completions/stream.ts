/**
 * Events → the frames of a completion stream. The hot path: everything that does not change from
 * chunk to chunk is put together once, and each event costs one string.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/object
 */
import type { GenerationEvent, Sink, Usage } from '../../core/event.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import { openaiError } from '../shared/error.ts';
import { withoutRepetition } from './repetition.ts';
import { wireUsage } from '../shared/usage.ts';
import { type ReplyForm, wireFinishReason } from './wire.ts';

/**
 * @param write Takes whole frames.
 * @returns One sink for each choice; the frames of all choices go to the same stream.
 */
export function renderStream(
  answer: AnswerIdentity,
  { prompts, echo, includeUsage }: ReplyForm,
  write: (frames: string) => void,
): readonly Sink[] {
  const head = `data: {"id":"cmpl-${answer.id}","object":"text_completion","created":${answer.created},"model":${JSON.stringify(answer.model)},"choices":[`;
  // With the usage asked for, every chunk but the last says that it is not there yet.
  const tail = includeUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
  const usages: Usage[] = [];
  let open = prompts.length;

  function end(): void {
    open -= 1;
    if (open > 0) return;
    if (includeUsage) write(`${head}],"usage":${JSON.stringify(wireUsage(usages))}}\n\n`);
    write('data: [DONE]\n\n');
  }

  function choice(prompt: string, index: number): Sink {
    const middle = `,"index":${index},"logprobs":null,"finish_reason":`;
    const more = `${middle}null${tail}`;
    const continuation = withoutRepetition(prompt);
    let owesEcho = echo;

    function say(text: string): void {
      if (text !== '') write(`${head}{"text":${JSON.stringify(text)}${more}`);
    }
    /** The prompt comes with the first word: until then a failure can still have a status. */
    function begin(): void {
      if (owesEcho) say(prompt);
      owesEcho = false;
    }

    return {
      event(event: GenerationEvent) {
        switch (event.type) {
          case 'text-delta':
            begin();
            return say(continuation.say(event.text));
          case 'refusal-delta':
            begin();
            return say(continuation.rest() + event.text);
          case 'usage':
            usages.push(event.usage);
            return;
          case 'finish':
            begin();
            say(continuation.rest());
            write(`${head}{"text":""${middle}"${wireFinishReason(event.reason)}"${tail}`);
            return end();
          case 'error':
            say(continuation.rest());
            // The official SDKs throw on this; `[DONE]` would call the answer whole.
            return write(`data: ${JSON.stringify(openaiError(event.error))}\n\n`);
          case 'response-start':
          case 'text-replace':
          case 'reasoning-delta':
          case 'tool-call-delta':
          case 'file':
          case 'relayed-event':
          case 'relayed-reply':
            // No text. The link to a file is in the text already.
            return;
        }
      },
      end: () => undefined,
    };
  }

  return prompts.map(choice);
}
