/**
 * Events → the frames of a chat completion stream. The hot path: everything that does not change
 * from chunk to chunk is put together once, and each event costs one string.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
import type { GenerationEvent, Sink, ToolCallDelta, Usage } from '../../core/event.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import { openaiError } from '../openai-shared/error.ts';
import { type ReplyForm, wireFile, wireFinishReason, wireUsage } from './wire.ts';

/**
 * @param write Takes whole frames.
 * @returns One sink for each choice; the frames of all choices go to the same stream.
 */
export function renderStream(
  answer: AnswerIdentity,
  form: ReplyForm,
  write: (frames: string) => void,
): readonly Sink[] {
  const usages: Usage[] = [];
  let open = form.choices;
  /** All choices have one id: the first that Poe gives, unless something was written before. */
  let head: string | undefined;

  function startHead(id = `chatcmpl-${answer.id}`): string {
    const model = JSON.stringify(answer.model);
    return `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${answer.created},"model":${model},"choices":[`;
  }

  function end(): void {
    open -= 1;
    if (open > 0) return;
    head ??= startHead();
    if (form.includeUsage) write(`${head}],"usage":${JSON.stringify(wireUsage(usages))}}\n\n`);
    write('data: [DONE]\n\n');
  }

  function choice(index: number): Sink {
    // With the usage asked for, every chunk but the last says that it is not there yet.
    const tail = form.includeUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
    let prefix = '';
    /** Something beside reasoning was said. */
    let answered = false;

    /** @param fields The delta's fields as JSON, without braces; the first delta has the role too. */
    function delta(fields: string, content = '"content":null,'): void {
      if (prefix === '') {
        head ??= startHead();
        prefix = `${head}{"index":${index},"delta":{`;
        write(`${prefix}"role":"assistant",${content}${fields}},"finish_reason":null${tail}`);
      } else {
        write(`${prefix}${fields}},"finish_reason":null${tail}`);
      }
    }

    return {
      event(event: GenerationEvent) {
        switch (event.type) {
          case 'response-start':
            head ??= startHead(event.id);
            return;
          case 'text-delta':
            answered = true;
            return delta(`"content":${JSON.stringify(event.text)}`, '');
          case 'reasoning-delta':
            return delta(`"reasoning_content":${JSON.stringify(event.text)}`);
          case 'refusal-delta':
            answered = true;
            return delta(`"refusal":${JSON.stringify(event.text)}`);
          case 'tool-call-delta':
            answered = true;
            if (!form.legacyFunctions) return delta(`"tool_calls":[${toolCallJson(event)}]`);
            if (event.index === 0) delta(`"function_call":${functionJson(event)}`);
            return;
          case 'text-replace':
            // Settled long before.
            return;
          case 'file':
            answered = true;
            return delta(`"files":[${JSON.stringify(wireFile(event.file))}]`);
          case 'usage':
            usages.push(event.usage);
            return;
          case 'finish':
            // An answer without words is an empty text, not no text.
            if (!answered) delta('"content":""', '');
            write(`${prefix}},"finish_reason":"${wireFinishReason(event.reason, form)}"${tail}`);
            return end();
          case 'error':
            // The official SDKs throw on this; `[DONE]` would call the answer whole.
            return write(`data: ${JSON.stringify(openaiError(event.error))}\n\n`);
        }
      },
      end: () => undefined,
    };
  }

  return Array.from({ length: form.choices }, (_, index) => choice(index));
}

function toolCallJson(event: ToolCallDelta): string {
  const id = event.id === undefined ? '' : `"id":${JSON.stringify(event.id)},"type":"function",`;
  return `{"index":${event.index},${id}"function":${functionJson(event)}}`;
}

function functionJson({ name, arguments: text }: ToolCallDelta): string {
  return JSON.stringify(name === undefined ? { arguments: text } : { name, arguments: text });
}
