/**
 * Events → the frames of a chat completion stream. The hot path: everything that does not change
 * from chunk to chunk is put together once, and each event costs one string.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
import type { GenerationEvent, Sink, ToolCallDelta, Usage } from '../../core/event.ts';
import type { AnswerIdentity } from '../../core/protocol.ts';
import { customInput } from '../shared/custom-tool.ts';
import { openaiError } from '../shared/error.ts';
import { wireUsage } from '../shared/usage.ts';
import { type CallForm, type ReplyForm, wireFile, wireFinishReason } from './wire.ts';

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
    /** Calls of custom tools by their index: their text is hidden in JSON until that is whole. */
    const texts = new Map<number, { readonly form: CallForm; json: string }>();

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

    function call(event: ToolCallDelta): void {
      const type = event.name === undefined ? undefined : form.customTools.get(event.name);
      if (type) texts.set(event.index, { form: type, json: '' });
      const text = texts.get(event.index);
      if (text) text.json += event.arguments;
      if (!text) delta(`"tool_calls":[${toolCallJson(event)}]`);
      else if (type) delta(`"tool_calls":[${toolCallJson({ ...event, arguments: '' }, type)}]`);
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
            if (!form.legacyFunctions) return call(event);
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
            for (const [at, text] of texts) {
              const rest = { index: at, arguments: customInput(text.json) };
              delta(`"tool_calls":[${toolCallJson(rest, text.form)}]`);
            }
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

type CallPiece = Omit<ToolCallDelta, 'type'>;

function toolCallJson(piece: CallPiece, form: CallForm = 'function'): string {
  const id = piece.id === undefined ? '' : `"id":${JSON.stringify(piece.id)},"type":"${form}",`;
  return `{"index":${piece.index},${id}"${form}":${functionJson(piece, form)}}`;
}

function functionJson({ name, arguments: text }: CallPiece, form: CallForm = 'function'): string {
  const said = form === 'custom' ? { input: text } : { arguments: text };
  return JSON.stringify(name === undefined ? said : { name, ...said });
}
